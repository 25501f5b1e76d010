//! What a command started by `run` finds in its environment.

use std::{collections::BTreeMap, net::SocketAddr};

use doublure_control::SessionView;
use doublure_fixtures::{World, world::WellKnown};

/// `DOUBLURE_*` of a session.
pub(crate) fn variables(view: &SessionView, control: SocketAddr) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    let mut set = |name: &str, value: String| {
        variables.insert(format!("DOUBLURE_{name}"), value);
    };
    if let Some(gateway) = &view.gateway {
        set("BASE_URL", gateway.clone());
    }
    set("CONTROL", format!("http://{control}"));
    set("SESSION", view.name.clone());
    set("SEED", view.seed.to_string());
    set("EDITION", view.edition.clone());
    set("SCENARIO", view.scenario.clone());
    set("RECIPIENT", RECIPIENT.to_owned());
    set("CONTEXT", CONTEXT.to_owned());
    set("OBJECT", OBJECT.to_owned());
    // One plain call, described as `check client` describes it: a client that is tried by one can be tried by the other.
    set("CALLS", "1".to_owned());
    if let Some(siren) = siren_of(ALL_IN_ORDER) {
        let path = format!("/v3/insee/sirene/unites_legales/{siren}");
        if let Some(gateway) = &view.gateway {
            let query = format!("context={CONTEXT}&recipient={RECIPIENT}&object={OBJECT}");
            set("URL", format!("{gateway}{path}?{query}"));
        }
        set("OPERATION_PATH", path);
        set("SIREN", siren.to_owned());
    }
    for (id, address) in &view.providers {
        set(&format!("PROVIDER_{}", shouted(id)), address.clone());
    }
    for (name, token) in &view.tokens {
        set(&format!("TOKEN_{}", shouted(name)), token.clone());
    }
    if let Some(token) = view.tokens.get(STANDARD) {
        set("TOKEN", token.clone());
    }
    variables
}

/// The SIREN of a well-known company.
pub(crate) fn siren_of(name: &str) -> Option<&'static str> {
    World::well_known()
        .iter()
        .find(|known| known.name == name)
        .map(|WellKnown { siren, .. }| *siren)
}

fn shouted(name: &str) -> String {
    name.to_uppercase().replace('-', "_")
}

/// The company that every source knows.
pub(crate) const ALL_IN_ORDER: &str = "all-in-order";
/// The token that opens everything.
pub(crate) const STANDARD: &str = "standard";
/// SIRET of an administration that may ask (the DINUM's).
pub(crate) const RECIPIENT: &str = "13002526500013";
/// Why one asks.
pub(crate) const CONTEXT: &str = "essai";
/// What one asks for.
pub(crate) const OBJECT: &str = "essai";

#[cfg(test)]
mod tests {
    use doublure_control::{ClockView, Declared};
    use doublure_journal::Moment;

    use super::*;

    #[test]
    fn a_session_is_told_in_variables_of_one_prefix() {
        let view = SessionView {
            name: "main".into(),
            seed: 7,
            edition: "observed".into(),
            scenario: "calm".into(),
            clock: ClockView {
                now: Moment::default(),
                manual: false,
                calls_in_progress: 0,
            },
            gateway: Some("http://127.0.0.1:8600".into()),
            providers: BTreeMap::from([("insee".into(), "http://127.0.0.1:9001".into())]),
            authority: None,
            tokens: BTreeMap::from([
                ("standard".into(), "first".into()),
                ("second".into(), "other".into()),
            ]),
            declared: Declared::default(),
        };

        let variables = variables(&view, "127.0.0.1:8601".parse().unwrap());

        assert_eq!(variables["DOUBLURE_BASE_URL"], "http://127.0.0.1:8600");
        assert_eq!(variables["DOUBLURE_CONTROL"], "http://127.0.0.1:8601");
        assert_eq!(
            variables["DOUBLURE_PROVIDER_INSEE"],
            "http://127.0.0.1:9001"
        );
        assert_eq!(variables["DOUBLURE_TOKEN"], "first");
        assert_eq!(variables["DOUBLURE_TOKEN_SECOND"], "other");
        assert_eq!(variables["DOUBLURE_SEED"], "7");
        assert_eq!(variables["DOUBLURE_SIREN"].len(), 9);
        assert_eq!(
            variables["DOUBLURE_URL"],
            format!(
                "http://127.0.0.1:8600{}?context=essai&recipient=13002526500013&object=essai",
                variables["DOUBLURE_OPERATION_PATH"]
            )
        );
    }
}
