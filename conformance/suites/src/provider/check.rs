//! Puts a provider to the test of the rules of its role.

use doublure_control::Client;
use doublure_fixtures::Edition;
use doublure_rules::{Role, Rule, Run, RunEvent};

use super::{Target, names::THREE_QUESTIONS, trials::three_questions};
use crate::{
    Heading, catalogue,
    runner::{self, Job},
};

/// How a provider is put to the test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The edition that is followed.
    pub edition: Edition,
    /// How many times each question is asked.
    pub times: u32,
    /// How often it is asked all that once more while a verdict on it is in doubt.
    pub retries: u32,
}

/// Puts a provider to the test of every rule; `tell` hears of everything as it happens.
pub async fn check(
    control: &Client,
    target: &Target,
    options: &Options,
    tell: &mut dyn FnMut(&RunEvent),
) -> Run {
    check_by(control, target, options, &|_| true, tell).await
}

/// The same, but only of the rules that are wanted.
pub async fn check_by(
    control: &Client,
    target: &Target,
    options: &Options,
    wanted: &dyn Fn(&Rule) -> bool,
    tell: &mut dyn FnMut(&RunEvent),
) -> Run {
    let edition = options.edition.to_string();
    let profile = target.profile(&edition);
    let heading = Heading {
        role: Role::Provider,
        target: target.base_url().to_owned(),
        edition,
        side_by_side: false,
        retries: options.retries,
    };
    let rules: Vec<&'static Rule> = catalogue::of(Role::Provider)
        .filter(|rule| wanted(rule))
        .collect();
    let (control, target, times) = (control.clone(), target.clone(), options.times);
    let job = (!rules.is_empty()).then(|| Job {
        trial: THREE_QUESTIONS,
        rules,
        tries: options.retries.saturating_add(1),
        work: Box::new(move |_| {
            let (control, target) = (control.clone(), target.clone());
            Box::pin(three_questions(control, target, profile.clone(), times))
        }),
    });
    runner::run(&heading, job.into_iter().collect(), tell).await
}

/// As documented, three times, once more in doubt.
impl Default for Options {
    fn default() -> Self {
        Self {
            edition: Edition::Documented,
            times: 3,
            retries: 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_trial_serves_every_rule_of_a_provider() {
        assert!(catalogue::of(Role::Provider).all(|rule| rule.trial == THREE_QUESTIONS));
    }
}
