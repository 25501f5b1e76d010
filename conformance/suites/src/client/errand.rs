//! What a client is started for, and what it finds in its environment.

use std::collections::BTreeMap;

use doublure_control::SessionView;
use doublure_fixtures::Contract;

use crate::{TrialError, cast::Cast, probe::STANDARD};

/// One thing that a client is started for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Errand {
    /// The operation to call.
    pub(super) operation: &'static str,
    /// Name of the well-known company to ask about.
    pub(super) company: &'static str,
    /// How many calls to make.
    pub(super) calls: u32,
}

impl Errand {
    /// A call that a healthy gateway answers with 200.
    pub(super) const PLAIN: Self = Self {
        operation: "api_entreprise_v3_insee_unites_legales",
        company: "all-in-order",
        calls: 1,
    };

    /// A call that a person at URSSAF must look at first: come back in two days.
    pub(super) const UNDER_ANALYSIS: Self = Self {
        operation: "api_entreprise_v3_acoss_attestations_sociales",
        company: "under-analysis",
        calls: 1,
    };

    /// The variables that tell a client of it.
    pub(super) fn variables(
        &self,
        session: &SessionView,
        trial: &str,
    ) -> Result<BTreeMap<&'static str, String>, TrialError> {
        let siren = Cast::well_known(self.company)?.to_string();
        let path = path_of(self.operation, &siren)?;
        let base_url = session.gateway.clone().unwrap_or_default();
        let url =
            format!("{base_url}{path}?context={CONTEXT}&recipient={RECIPIENT}&object={OBJECT}");
        let token = session.tokens.get(STANDARD).cloned().unwrap_or_default();
        Ok(BTreeMap::from([
            ("DOUBLURE_BASE_URL", base_url),
            ("DOUBLURE_CALLS", self.calls.to_string()),
            ("DOUBLURE_CONTEXT", CONTEXT.to_owned()),
            ("DOUBLURE_OBJECT", OBJECT.to_owned()),
            ("DOUBLURE_OPERATION_PATH", path),
            ("DOUBLURE_RECIPIENT", RECIPIENT.to_owned()),
            ("DOUBLURE_SIREN", siren),
            ("DOUBLURE_TOKEN", token),
            ("DOUBLURE_TRIAL", trial.to_owned()),
            ("DOUBLURE_URL", url),
        ]))
    }
}

fn path_of(operation: &str, siren: &str) -> Result<String, TrialError> {
    let contract = Contract::built_in();
    let known = contract.operation(operation);
    let known = known.ok_or_else(|| {
        TrialError::Target(format!("the contract has no operation `{operation}`"))
    })?;
    Ok(known.path.replace("{siren}", siren))
}

// None of these needs an escape in a URL, so that a shell script can build its own.
const CONTEXT: &str = "Conformite";
const OBJECT: &str = "Doublure";
/// SIRET of an administration that may ask (the DINUM's).
const RECIPIENT: &str = "13002526500013";

#[cfg(test)]
mod tests {
    use doublure_control::{ClockView, Declared};
    use doublure_journal::Moment;

    use super::*;

    fn session() -> SessionView {
        SessionView {
            name: "one".to_owned(),
            seed: 1,
            edition: "documented".to_owned(),
            scenario: "calm".to_owned(),
            clock: ClockView {
                now: Moment::default(),
                manual: false,
                calls_in_progress: 0,
            },
            gateway: Some("http://127.0.0.1:3000".to_owned()),
            providers: BTreeMap::new(),
            authority: None,
            tokens: [("standard".to_owned(), "secret".to_owned())].into(),
            declared: Declared::default(),
        }
    }

    #[test]
    fn a_client_finds_all_that_a_call_needs_and_a_url_that_is_ready_made() {
        let variables = Errand::PLAIN.variables(&session(), "plain-call").unwrap();

        insta::assert_debug_snapshot!(variables, @r#"
        {
            "DOUBLURE_BASE_URL": "http://127.0.0.1:3000",
            "DOUBLURE_CALLS": "1",
            "DOUBLURE_CONTEXT": "Conformite",
            "DOUBLURE_OBJECT": "Doublure",
            "DOUBLURE_OPERATION_PATH": "/v3/insee/sirene/unites_legales/111111118",
            "DOUBLURE_RECIPIENT": "13002526500013",
            "DOUBLURE_SIREN": "111111118",
            "DOUBLURE_TOKEN": "secret",
            "DOUBLURE_TRIAL": "plain-call",
            "DOUBLURE_URL": "http://127.0.0.1:3000/v3/insee/sirene/unites_legales/111111118?context=Conformite&recipient=13002526500013&object=Doublure",
        }
        "#);
    }

    #[test]
    fn the_token_never_stands_in_the_url() {
        for errand in [Errand::PLAIN, Errand::UNDER_ANALYSIS] {
            let variables = errand.variables(&session(), "t").unwrap();

            assert!(!variables["DOUBLURE_URL"].contains("secret"));
            assert!(!variables["DOUBLURE_URL"].contains('{'));
        }
    }
}
