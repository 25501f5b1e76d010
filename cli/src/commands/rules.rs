//! `doublure rules`: the catalogue.

use clap::{Args, Subcommand};
use doublure_rules::{Capability, Rule, RuleCard};
use doublure_suites::catalogue;
use serde::Serialize;

use crate::{
    exit::{Exit, Failure, Outcome},
    pattern::Pattern,
    suggestion::did_you_mean,
    table::Table,
    terminal::{STRONG, Terminal},
};

/// List and explain the rules that targets are judged by
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RulesArgs {
    #[command(subcommand)]
    wish: Wish,
}

/// What is wanted.
#[derive(Subcommand, Debug)]
enum Wish {
    /// List them
    List {
        /// Only rules whose id fits, as 'gw.quota.*'
        #[arg(long, value_name = "ID|GLOB")]
        only: Option<Pattern>,

        /// All that is known of them, as JSON
        #[arg(long)]
        json: bool,
    },
    /// Tell all that is known of one: its sentence, its source, how it is tried
    Explain {
        /// Its id
        id: String,
    },
}

impl RulesArgs {
    pub(crate) fn exec(&self, terminal: &Terminal) -> Outcome {
        match &self.wish {
            Wish::List { only, json: true } => terminal.answer(catalogue_json(only.as_ref())?)?,
            Wish::List { only, json: false } => terminal.answer(list(only.as_ref()))?,
            Wish::Explain { id } => {
                let rule = every_rule()
                    .find(|rule| rule.id == *id)
                    .ok_or_else(|| unknown(id))?;
                terminal.answer(explained(rule))?;
            }
        }
        Ok(Exit::DONE)
    }
}

/// The catalogue, and the rules of the plans under load.
fn every_rule() -> impl Iterator<Item = &'static Rule> {
    #[cfg(feature = "loadtests")]
    let under_load = doublure_loadtests::rules::CATALOGUE.iter();
    #[cfg(not(feature = "loadtests"))]
    let under_load = std::iter::empty();
    catalogue::RULES.iter().copied().chain(under_load)
}

/// The rules whose id fits.
fn wanted(only: Option<&Pattern>) -> impl Iterator<Item = &'static Rule> {
    every_rule().filter(move |rule| only.is_none_or(|pattern| pattern.fits(rule.id)))
}

fn list(only: Option<&Pattern>) -> Table<3> {
    let mut table = Table::new(["rule", "level", "what is demanded"]);
    for rule in wanted(only) {
        table.row([
            rule.id.to_owned(),
            rule.level.to_string(),
            rule.sentence.to_owned(),
        ]);
    }
    table
}

/// A rule for programs.
#[derive(Serialize)]
struct Listed {
    #[serde(flatten)]
    card: RuleCard,
    trial: &'static str,
    needs: &'static [Capability],
    /// The words that its failures give as their reason.
    reasons: Vec<Reason>,
}

/// A way to fail, and what to mend then, where that is known.
#[derive(Serialize)]
struct Reason {
    reason: &'static str,
    mend: Option<&'static str>,
}

impl Listed {
    fn of(rule: &'static Rule) -> Self {
        let reason = |reason: &&'static str| Reason {
            reason,
            mend: catalogue::mend(rule.id, reason),
        };
        Self {
            card: rule.card(),
            trial: rule.trial,
            needs: rule.needs,
            reasons: rule.reasons.iter().map(reason).collect(),
        }
    }
}

fn catalogue_json(only: Option<&Pattern>) -> Result<String, Failure> {
    let rules: Vec<Listed> = wanted(only).map(Listed::of).collect();
    serde_json::to_string_pretty(&rules).map_err(Failure::new)
}

fn explained(rule: &Rule) -> String {
    let needs: Vec<_> = rule.needs.iter().map(ToString::to_string).collect();
    let absent: Vec<_> = rule.needs.iter().map(|need| need.absence()).collect();
    let mut text = format!(
        "{STRONG}{}{STRONG:#} ({})\n{}\n",
        rule.id, rule.level, rule.sentence
    );
    for (name, value) in [
        ("asked of", rule.role.to_string()),
        ("source", rule.source.to_owned()),
        ("trial", rule.trial.to_owned()),
        ("fails as", reasons(rule)),
        ("needs", needs.join(", ")),
        ("not applicable where", absent.join("; ")),
    ] {
        if !value.is_empty() {
            text += &format!("\n  {name}: {value}");
        }
    }
    text
}

/// The reasons of its failures, a line each where it is known what to mend.
fn reasons(rule: &Rule) -> String {
    let told = rule.reasons.iter().map(|reason| {
        let mend = catalogue::mend(rule.id, reason);
        mend.map(|mend| format!("\n    {reason}: {mend}"))
    });
    let told: Option<Vec<String>> = told.collect();
    told.map_or_else(|| rule.reasons.join(", "), |lines| lines.concat())
}

fn unknown(id: &str) -> Failure {
    let near = did_you_mean(id, every_rule().map(|rule| rule.id));
    Failure::new(format!("no rule `{id}`")).help(format!("{near}`doublure rules list` lists them"))
}

const EXAMPLES: &str = "\
Examples:
  doublure rules list
  doublure rules list --only 'gw.quota.*'
  doublure rules list --json
  doublure rules explain gw.ban.is-silence";

#[cfg(test)]
mod tests {
    use doublure_rules::Role;

    use super::*;

    #[test]
    fn every_rule_is_listed_with_its_level_and_sentence() {
        let listed = list(None).to_string();

        for rule in every_rule() {
            assert!(listed.contains(rule.id) && listed.contains(rule.sentence));
        }
        let some = list(Some(&"gw.quota.*".parse().unwrap())).to_string();
        assert!(some.contains("gw.quota.") && !some.contains("gw.ban."));
    }

    #[test]
    fn the_catalogue_is_listed_for_programs_with_all_that_is_explained() {
        let text = catalogue_json(Some(&"gw.*".parse().unwrap())).unwrap();
        let listed: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();

        assert_eq!(listed.len(), catalogue::of(Role::Gateway).count());
        for (read, rule) in listed.iter().zip(catalogue::of(Role::Gateway)) {
            assert_eq!(read["id"], rule.id);
            assert_eq!(read["level"], rule.level.to_string());
            assert_eq!(read["source"], rule.source);
            let reasons = read["reasons"].as_array().unwrap();
            assert_eq!(reasons.len(), rule.reasons.len());
            for reason in reasons {
                let word = reason["reason"].as_str().unwrap();
                assert_eq!(reason["mend"].as_str(), catalogue::mend(rule.id, word));
            }
        }
    }

    #[test]
    fn a_rule_is_explained_with_its_source_its_trial_and_its_ways_to_fail() {
        for rule in every_rule() {
            let told = explained(rule);

            let parts = [rule.sentence, rule.source, rule.trial];
            for part in parts.iter().chain(rule.reasons) {
                assert!(told.contains(part), "{}: {part}", rule.id);
            }
        }
    }

    #[test]
    fn an_id_with_a_typo_brings_the_id_that_was_meant() {
        let failure = unknown("gw.ban.is-silense").to_string();

        assert!(
            failure.contains("did you mean gw.ban.is-silence?"),
            "{failure}"
        );
    }
}
