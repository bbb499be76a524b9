//! The pages on which people decide: HTML made on the server, one stylesheet and one small script of our own.
//!
//! Read in this order: `server` (connections), `guard` (who may come in), `routes` (the table of pages), `pages/` (what is
//! shown), `act` (what is saved). Everything works as plain links and forms; the script only adds keys and news.
//!
//! Nothing here reads the clock, the environment or a terminal: the caller passes a [`Clock`] and the address in. What the
//! pages need from other steps comes through the traits in `services`.

mod act;
mod app;
mod bulk;
mod context;
mod error;
mod files;
mod guard;
mod html;
mod links;
mod live;
mod login;
mod marks;
mod nearest;
mod pages;
mod queue;
mod routes;
mod server;
mod services;
mod session;
mod standing;
mod stores;
mod users;

pub use error::ReviewError;
pub use nearest::not_suggested;
pub use server::{Config, Limits, Server, run};
pub use services::{Clock, Originals, Picture, Preview, Search, Services};
pub use users::{FILE as USERS_FILE, Role, User, UserError, Users};
