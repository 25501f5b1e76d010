//! `doublure control scenario`.

use clap::Subcommand;

use super::Spoken;
use crate::{
    exit::{Exit, Outcome},
    scenario_source::{ScenarioName, ScenarioText},
};

/// What is wanted of the scenario.
#[derive(Subcommand, Debug)]
pub(super) enum ScenarioWish {
    /// Print the scenario in force
    Show,
    /// Put another in force: one of the library, or a YAML file
    Set {
        /// Name or file; of several, the steps of the first are asked first
        #[arg(value_name = "NAME|FILE", required = true)]
        scenario: Vec<ScenarioName>,
    },
    /// Nothing goes wrong any more
    Calm,
}

impl ScenarioWish {
    pub(super) async fn exec(self, spoken: &Spoken<'_>) -> Outcome {
        match self {
            Self::Show => {
                let text = spoken.session.scenario().await?;
                return spoken.show(&text, text.trim_end());
            }
            Self::Set { scenario } => {
                let text = ScenarioText::of_all(&scenario)?;
                let name = text.name();
                spoken.session.set_scenario_named(&name, &text.text).await?;
                spoken
                    .terminal
                    .note(format_args!("scenario {name} is in force"));
            }
            Self::Calm => {
                spoken.session.calm().await?;
                spoken.terminal.note("nothing goes wrong any more");
            }
        }
        Ok(Exit::DONE)
    }
}
