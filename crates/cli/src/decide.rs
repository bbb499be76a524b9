//! `capmap decide`: one decision, from a script.

use crate::args::Common;
use crate::clock;
use crate::errors::{Done, Stop};
use crate::filing::holder;
use crate::output;
use crate::review_args::{ChoiceArg, DecideArgs};
use capmap_model::Choice;
use capmap_store::{Ballot, Store, View};

/// Saves the decision and prints its event's number.
///
/// # Errors
/// Where there is no such suggestion, or the dossier cannot be written.
pub fn run(common: &Common, args: &DecideArgs) -> Result<Done, Stop> {
    Store::open_read(&common.dossier)?; // says what to do where nothing was mapped yet
    let mut store = Store::open(&common.dossier, &holder("decide"))?;
    let choice = match args.choice {
        ChoiceArg::Confirm => Choice::Confirm,
        ChoiceArg::Reject => Choice::Reject,
        ChoiceArg::Defer => Choice::Defer,
        ChoiceArg::Undo => Choice::Undo,
    };
    let receipt = store.decide(&Ballot {
        item: &args.suggestion,
        choice,
        note: args.note.as_deref(),
        reviewer: &reviewer(args.reviewer.as_deref()),
        time: &clock::now(),
        seen: None,
        view: View::All,
    })?;
    output::write(format!("{}\n", receipt.event).as_bytes(), None)?;
    Ok(Done::All)
}

/// The name that the log gets: as given, else the account's.
pub fn reviewer(given: Option<&str>) -> String {
    let account = || std::env::var("USER").or_else(|_| std::env::var("LOGNAME")).ok();
    let name = given.map(str::to_owned).or_else(account).unwrap_or_default();
    let name = crate::layout::clean(name.trim());
    if name.is_empty() { "reviewer".to_owned() } else { name }
}
