//! The keys, and the switch that turns them off.

use crate::app::Visit;
use crate::error::Problem;
use crate::html::{Frame, Place, page};
use crate::standing::Whole;
use axum::response::Response;
use maud::html;

const KEYS: [(&str, &str); 15] = [
    ("c", "confirm: it is evidence"),
    ("x", "reject: it is not"),
    ("m", "put off"),
    ("n", "write a note that goes with the decision"),
    ("u", "undo your last decision, again and again"),
    ("j", "next passage"),
    ("k", "previous passage"),
    ("]", "next capability"),
    ("[", "previous capability"),
    ("a", "also counts for another capability"),
    ("l", "the nearest passages that are not suggested"),
    ("/", "search, and add evidence by hand"),
    ("Enter", "open the source at the place; on the overview: decide the next passage"),
    ("Esc", "leave a field"),
    ("?", "this page"),
];

pub(crate) async fn show(visit: Visit) -> Result<Response, Problem> {
    let frame = visit
        .read(|visit, store| Frame::read(store, visit, &Whole::read(visit, store)?, "Keys", Place::Other))
        .await?;
    let body = html! {
        main #main .plain {
            h1 { "Keys" }
            p { "Each key presses a button that you can see. Decisions cost one key each; a reason is never asked for." }
            dl .keys { @for (key, what) in KEYS { dt { kbd { (key) } } dd { (what) } } }
            p { label .check { input #keys-on type="checkbox" checked; " Keys are on in this browser" } }
        }
    };
    Ok(page(&visit, &frame, &body))
}
