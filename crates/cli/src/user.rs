//! `capmap user add`: who may review over the network.

use crate::args::Common;
use crate::dossier::trouble;
use crate::errors::{Done, Stop, tell};
use crate::review_args::{RoleArg, UserCommand};
use capmap_review::{Role, Users};
use std::io::{BufRead, IsTerminal};
use std::path::Path;

/// Adds a user, or gives one a new role and password.
///
/// # Errors
/// Where name or password cannot be used, or the file not be written.
pub fn run(common: &Common, command: &UserCommand) -> Result<Done, Stop> {
    let UserCommand::Add { name, role, password_file } = command;
    let role = match role {
        RoleArg::Viewer => Role::Viewer,
        RoleArg::Reviewer => Role::Reviewer,
        RoleArg::Adjudicator => Role::Adjudicator,
    };
    let mut users = Users::load(&common.dossier)?;
    users.add(name, role, &password(password_file.as_deref())?)?;
    users.save(&common.dossier)?;
    if !common.quiet {
        tell(&format!("capmap: {name} may log in as {}", role.name()));
    }
    Ok(Done::All)
}

/// The first line of a file, or of standard input; at a terminal it is asked for and not shown.
fn password(file: Option<&Path>) -> Result<String, Stop> {
    let unreadable = |e: std::io::Error| trouble(file.unwrap_or(Path::new("standard input")), e);
    let text = match file {
        Some(path) => std::fs::read_to_string(path).map_err(unreadable)?,
        None if std::io::stdin().is_terminal() => {
            rpassword::prompt_password("password: ").map_err(unreadable)?
        }
        None => {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line).map_err(unreadable)?;
            line
        }
    };
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
