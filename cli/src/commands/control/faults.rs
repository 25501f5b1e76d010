//! `doublure control fault`.

use clap::Args;
use doublure_control::{NewFault, OneOffView};

use super::Spoken;
use crate::{
    exit::{Exit, Outcome},
    table::Table,
};

/// A fault, or those that were asked for.
#[derive(Args, Debug)]
pub(super) struct FaultArgs {
    /// The fault as it stands in a scenario file, such as 'when: { provider: insee }, then: silence'. Log-ins are struck
    /// only where they are named: 'when: { call: login }, then: silence'
    #[arg(value_name = "FAULT", required_unless_present_any = ["list", "forget"])]
    fault: Option<String>,

    /// How many exchanges it strikes
    #[arg(long, value_name = "N", default_value_t = 1)]
    times: u64,

    /// Show those that have not struck often enough yet instead
    #[arg(long, conflicts_with = "fault")]
    list: bool,

    /// Forget all of them instead
    #[arg(long, conflicts_with_all = ["fault", "list"])]
    forget: bool,
}

impl FaultArgs {
    pub(super) async fn exec(self, spoken: &Spoken<'_>) -> Outcome {
        let Some(text) = self.fault else {
            return match self.forget {
                true => forget(spoken).await,
                false => list(spoken).await,
            };
        };
        let new = NewFault {
            fault: braced(&text),
            times: self.times,
        };
        let asked = spoken.session.ask_for_fault(&new).await?;
        spoken.show(
            &asked,
            format_args!("{} strikes the next {}", asked.fault, asked.left),
        )
    }
}

async fn list(spoken: &Spoken<'_>) -> Outcome {
    let faults = spoken.session.faults().await?;
    let mut table = Table::new(["name", "left", "fault"]);
    faults.iter().for_each(|fault| table.row(row(fault)));
    spoken.show(&faults, table)
}

async fn forget(spoken: &Spoken<'_>) -> Outcome {
    spoken.session.forget_faults().await?;
    spoken.terminal.note("no fault is asked for any more");
    Ok(Exit::DONE)
}

fn row(fault: &OneOffView) -> [String; 3] {
    [
        fault.name.clone(),
        fault.left.to_string(),
        fault.fault.clone(),
    ]
}

/// The fields on one line, whether their braces are there or not; several lines stay as they are.
fn braced(text: &str) -> String {
    let text = text.trim();
    match text.starts_with('{') || text.contains('\n') {
        true => text.to_owned(),
        false => format!("{{ {text} }}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_braces_of_a_line_may_be_left_out() {
        assert_eq!(braced("then: silence"), "{ then: silence }");
        assert_eq!(braced(" { then: silence }"), "{ then: silence }");
        assert_eq!(
            braced("delay: 1s\nthen: silence"),
            "delay: 1s\nthen: silence"
        );
    }
}
