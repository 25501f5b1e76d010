//! `doublure selftest`: every rule of a gateway is seen to fail on a gateway that breaks it.

use std::collections::BTreeSet;

use clap::Args;
use doublure_control::Client;
use doublure_mutants::gateway::{self, KillResult, Mutant};
use doublure_rules::Role;
use doublure_suites::catalogue;

use super::check::stage;
use crate::{
    exit::{Exit, Failure, Outcome},
    pattern::Pattern,
    signals::Stops,
    suggestion::did_you_mean,
    terminal::Terminal,
};

/// Put broken gateways to the test, and see that each is caught by its rule for its reason
///
/// A rule that cannot fail proves nothing. Each of these gateways is Doublure's own, broken in one way; the rules listed
/// for it have to catch it, and no others may fail than those that are listed beside them.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SelftestArgs {
    /// Only broken gateways whose name fits, or that a rule whose id fits has to catch
    #[arg(long, value_name = "NAME|ID|GLOB")]
    only: Vec<Pattern>,

    /// List the broken gateways, each with what it does, without putting any to the test
    #[arg(long)]
    list: bool,
}

impl SelftestArgs {
    pub(crate) async fn exec(self, terminal: &Terminal) -> Outcome {
        self.check()?;
        if self.list {
            for mutant in gateway::all().filter(|mutant| self.wants(mutant)) {
                terminal.answer(format!("{}: {}", mutant.name, mutant.breaks))?;
            }
            return Ok(Exit::DONE);
        }
        let mut stops = Stops::listen()?;
        let stage = stage().await?;
        let control = Client::new(stage.control());
        let tested = async {
            gateway::matrix_of(
                &control,
                |mutant| self.wants(mutant),
                |result| terminal.note(result),
            )
            .await
        };
        let done = tokio::select! {
            results = tested => Ok(results),
            stop = stops.next() => {
                Err(Failure::new(format!("{stop}: not put to the test to the end")).with(Exit::stopped(stop)))
            }
        };
        stage.close().await;
        told(&done?, terminal)
    }

    /// Whether a broken gateway is wanted, by its name or by a rule that has to catch it.
    fn wants(&self, mutant: &Mutant) -> bool {
        let fits = |pattern: &Pattern| {
            pattern.fits(mutant.name) || mutant.kills.iter().any(|(rule, _)| pattern.fits(rule))
        };
        self.only.is_empty() || self.only.iter().any(fits)
    }

    /// Refuses a selection of nothing: it is a typo, not a wish for less.
    fn check(&self) -> Result<(), Failure> {
        if gateway::all().any(|mutant| self.wants(mutant)) {
            return Ok(());
        }
        let wish: Vec<String> = self.only.iter().map(ToString::to_string).collect();
        let wish = wish.join(", ");
        let near = did_you_mean(&wish, gateway::all().map(|mutant| mutant.name));
        Err(
            Failure::new(format!("no broken gateway fits --only {wish}"))
                .help(format!("{near}`doublure selftest --list` lists them")),
        )
    }
}

/// Tells what is not as listed, and what was seen to fail.
fn told(results: &[KillResult], terminal: &Terminal) -> Outcome {
    let amiss: Vec<&KillResult> = results
        .iter()
        .filter(|result| !result.is_as_listed())
        .collect();
    let killers: BTreeSet<&str> = results
        .iter()
        .flat_map(|result| &result.killed)
        .map(|(rule, _)| *rule)
        .collect();
    let (tested, rules) = (results.len(), catalogue::of(Role::Gateway).count());
    terminal.answer(format!(
        "{} of {tested} runs of broken gateways are as listed; {} of {rules} rules of a gateway were seen to fail",
        tested - amiss.len(),
        killers.len(),
    ))?;
    for result in &amiss {
        terminal.answer(result)?;
    }
    Ok(if amiss.is_empty() {
        Exit::DONE
    } else {
        Exit::NONCONFORMITY
    })
}

const EXAMPLES: &str = "\
Examples:
  doublure selftest
  doublure selftest --list
  doublure selftest --only 'gw.quota.*'";

#[cfg(test)]
mod tests {
    use super::*;

    fn args(only: &[&str], list: bool) -> SelftestArgs {
        SelftestArgs {
            only: only.iter().map(|text| text.parse().unwrap()).collect(),
            list,
        }
    }

    #[tokio::test]
    async fn broken_gateways_are_listed_with_what_they_do() {
        let (terminal, written) = Terminal::in_memory();

        args(&[], true).exec(&terminal).await.unwrap();

        assert_eq!(written.answers().lines().count(), gateway::all().count());
    }

    #[tokio::test]
    async fn the_broken_gateways_of_a_rule_are_caught_by_it() {
        let (terminal, written) = Terminal::in_memory();

        let exit = args(&["gw.error.acoss-under-analysis"], false)
            .exec(&terminal)
            .await
            .unwrap();

        assert_eq!(exit, Exit::DONE, "{}", written.answers());
        assert!(
            written
                .notes()
                .contains("killed by gw.error.acoss-under-analysis")
        );
        assert!(
            written
                .answers()
                .contains("rules of a gateway were seen to fail")
        );
    }

    #[tokio::test]
    async fn a_selection_of_nothing_is_refused() {
        let (terminal, _) = Terminal::in_memory();

        let problem = args(&["gw.quoat.*"], false).exec(&terminal).await;

        let problem = problem.unwrap_err().to_string();
        assert!(
            problem.contains("no broken gateway fits --only gw.quoat.*"),
            "{problem}"
        );
    }

    #[test]
    fn what_is_not_as_listed_is_told_and_fails() {
        let mutant = gateway::all().next().unwrap();
        let result = KillResult {
            mutant,
            edition: mutant.editions[0],
            killed: Vec::new(),
            survived: vec![("gw.a.b", "it passed".to_owned())],
            strays: Vec::new(),
            failures: Vec::new(),
        };
        let (terminal, written) = Terminal::in_memory();

        let exit = told(&[result], &terminal).unwrap();

        assert_eq!(exit, Exit::NONCONFORMITY);
        assert!(written.answers().contains("SURVIVED gw.a.b: it passed"));
    }
}
