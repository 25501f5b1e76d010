//! What providers say is what callers read.

mod canary;
mod how;
mod marks;
mod path;
mod row;
mod said;

use std::collections::BTreeMap;

use doublure_journal::Hop;
use doublure_rules::{Capability, Exchange, History, Level, Proof, Role, Rule, Verdict};
use serde_json::Value;

use self::{
    how::{How, is_empty},
    path::{Place, places},
    row::Row,
    said::Said,
};
pub(crate) use self::{
    marks::{marked_falsely, unmarked},
    said::strings,
};
use crate::{
    gateway::cache::is_told_as_kept,
    judging::{each, edges, header_of, operation},
    trials::{Chance, names},
};

/// Nothing altered, invented, dropped, swapped or remembered.
pub static VALUES_UNALTERED: Rule = Rule {
    id: "gw.relay.values-unaltered",
    role: Role::Gateway,
    theme: "relay",
    level: Level::Must,
    sentence: "Every value equals the provider's, but for letter case, date format and runs of spaces; \
               nothing is invented, dropped, swapped or kept from an earlier answer that is not told as such.",
    source: "000:157, facts 77",
    needs: &[Capability::Providers],
    trial: names::PLANTED_VALUES,
    reasons: &[ALTERED, INVENTED, DROPPED, SWAPPED, STALE],
    judge,
};

/// Whether an operation answers fields that a provider says one by one.
pub(crate) fn repeats_fields(operation: &str) -> bool {
    Row::of(operation).next().is_some()
}

/// What a provider said about one to an operation, with canaries in place of what may have them; none where it has
/// no such value.
pub(crate) fn planted(operation: &str, call: &Exchange<'_>, chance: &mut Chance) -> Option<String> {
    let entity = call.request.entity.as_deref()?;
    let said = Said::read(call.text())?;
    let mut canaries = BTreeMap::new();
    for row in Row::of(operation).filter(|row| is_of(call, row)) {
        for place in places(said.tree(), row.there, entity) {
            if let Some(canary) = row.canary.instead_of(place.value, chance) {
                canaries.entry(place.pointer).or_insert(canary);
            }
        }
    }
    (!canaries.is_empty()).then(|| said.with(&canaries))
}

/// One field of one answer, with what the provider said there.
struct Pair<'a> {
    row: &'static Row,
    ours: Option<Place<'a>>,
    theirs: Option<Place<'a>>,
}

fn judge(history: &History) -> Verdict {
    let probes = history.sent(Hop::Client);
    let mut judged = probes
        .iter()
        .filter_map(|probe| judge_probe(history, probe))
        .peekable();
    let mut served = history.profile.gateway.operations.keys();
    if judged.peek().is_none() && !served.any(|id| repeats_fields(id)) {
        return Verdict::not_applicable(
            "no operation that this target serves repeats a provider's fields one by one",
        );
    }
    each(
        judged,
        "no answer was given that repeats a provider's fields one by one",
    )
}

/// What is said of an answer whose fields have rows; none of any other.
fn judge_probe(history: &History, probe: &Exchange<'_>) -> Option<Verdict> {
    let id = operation(probe).filter(|id| repeats_fields(id))?;
    let entity = probe.request.entity.as_deref()?;
    let ended = probe.ended?.index;
    let calls = history.provider_calls(entity);
    let (earlier, calls): (Vec<_>, Vec<_>) = calls
        .into_iter()
        .filter(|call| call.opened.index < ended)
        .partition(|call| call.opened.index < probe.opened.index);
    if calls.is_empty() {
        return remembered(probe, &earlier);
    }
    if calls.iter().any(|call| call.status() != Some(200)) {
        return None;
    }
    if probe.status() != Some(200) {
        let why = format!(
            "{}: {}, so that no value was relayed",
            probe.asked(),
            probe.summary()
        );
        return Some(Verdict::inconclusive(why));
    }
    let ours = probe.json();
    let said: Vec<(&Exchange<'_>, Said<'_>)> = calls
        .iter()
        .filter_map(|call| Some((call, Said::read(call.text())?)))
        .collect();
    let pairs: Vec<Pair<'_>> = Row::of(id)
        .filter_map(|row| {
            let (_, said) = said.iter().rfind(|(call, _)| is_of(call, row))?;
            Some(pairs(row, &ours, said.tree(), entity))
        })
        .flatten()
        .collect();
    let amiss = pairs
        .iter()
        .find_map(|pair| Some((pair, pair.amiss(&pairs)?)));
    let proof = edges(probe, &calls);
    match amiss {
        Some((pair, reason)) => Some(pair.fail(probe, reason, proof)),
        None => (!pairs.is_empty()).then(|| Verdict::pass(proof)),
    }
}

/// What is said of an answer for which no provider was asked: it may be an earlier one if it says so.
fn remembered(probe: &Exchange<'_>, earlier: &[Exchange<'_>]) -> Option<Verdict> {
    if probe.status() != Some(200) || is_told_as_kept(probe) || earlier.is_empty() {
        return None;
    }
    let expected = format!(
        "{} is answered with what its provider says now, or {CACHED} says true",
        probe.asked()
    );
    let proof = edges(probe, earlier);
    let actual = format!("no provider was asked, {}", header_of(probe, CACHED));
    Some(Verdict::fail(STALE, expected, actual, proof))
}

/// The fields of a row, by their places in the lists that the row passes.
fn pairs<'a>(row: &'static Row, ours: &'a Value, theirs: &'a Value, entity: &str) -> Vec<Pair<'a>> {
    let mut pairs: BTreeMap<Vec<usize>, Pair<'a>> = BTreeMap::new();
    let empty = || Pair {
        row,
        ours: None,
        theirs: None,
    };
    for place in places(ours, row.here, entity) {
        let nth = place.nth.clone();
        pairs.entry(nth).or_insert_with(empty).ours = Some(place);
    }
    for place in places(theirs, row.there, entity) {
        let nth = place.nth.clone();
        pairs.entry(nth).or_insert_with(empty).theirs = Some(place);
    }
    pairs.into_values().collect()
}

/// Whether a call is the one that a row speaks of.
fn is_of(call: &Exchange<'_>, row: &Row) -> bool {
    let request = call.request;
    (request.provider.as_deref(), request.call.as_deref()) == (Some(row.call.0), Some(row.call.1))
}

impl Pair<'_> {
    /// In which way the field does not repeat the provider's, if it does not.
    fn amiss(&self, all: &[Self]) -> Option<&'static str> {
        let (ours, theirs) = (self.ours(), self.theirs());
        if self.row.how.repeats(theirs, ours) {
            return None;
        }
        let is_another_s = |other: &Self| {
            let elsewhere = other.theirs.as_ref().map(|place| &place.pointer)
                != self.theirs.as_ref().map(|place| &place.pointer);
            let says_something = matches!(other.row.how, How::Same | How::Day | How::Number);
            elsewhere && says_something && other.row.how.repeats(other.theirs(), ours)
        };
        Some(match (is_empty(theirs), is_empty(ours)) {
            (_, true) => DROPPED,
            (true, false) => INVENTED,
            (false, false) if all.iter().any(is_another_s) => SWAPPED,
            (false, false) => ALTERED,
        })
    }

    fn fail(&self, probe: &Exchange<'_>, reason: &'static str, proof: Proof) -> Verdict {
        let Row { here, there, .. } = self.row;
        let place = |place: &Option<Place<'_>>, path: &'static str| match place {
            Some(place) => place.pointer.clone(),
            None => path.to_owned(),
        };
        let expected = format!(
            "`{}` of {} repeats the provider's `{}`, {}",
            place(&self.ours, here),
            probe.asked(),
            place(&self.theirs, there),
            self.theirs()
        );
        Verdict::fail(reason, expected, self.ours().to_string(), proof)
    }

    fn ours(&self) -> &Value {
        self.ours.as_ref().map_or(&Value::Null, |place| place.value)
    }

    fn theirs(&self) -> &Value {
        self.theirs
            .as_ref()
            .map_or(&Value::Null, |place| place.value)
    }
}

const CACHED: &str = "X-Response-Cached";
const ALTERED: &str = "altered";
const INVENTED: &str = "invented";
const DROPPED: &str = "dropped";
const SWAPPED: &str = "swapped";
const STALE: &str = "stale";

#[cfg(test)]
mod tests {
    use doublure_rules::{Outcome, testing::HistoryBuilder};
    use serde_json::json;

    use super::*;

    const ID: &str = "api_entreprise_v3_insee_unites_legales";

    /// What INSEE says of one company.
    fn theirs() -> Value {
        json!({"uniteLegale": {
            "siren": "418166096",
            "sigleUniteLegale": null,
            "categorieEntreprise": "PME",
            "trancheEffectifsUniteLegale": "22",
            "statutDiffusionUniteLegale": "O",
            "dateCreationUniteLegale": "1998-03-01",
            "periodesUniteLegale": [{
                "denominationUniteLegale": "OCTO TECHNOLOGY",
                "nomUsageUniteLegale": null,
                "categorieJuridiqueUniteLegale": "5710",
                "activitePrincipaleUniteLegale": "62.02A",
                "etatAdministratifUniteLegale": "A",
            }],
        }})
    }

    /// A faithful answer, changed.
    fn judged(change: impl FnOnce(&mut Value)) -> Verdict {
        let mut ours = json!({
            "siren": "418166096",
            "personne_morale_attributs": {"raison_sociale": "Octo  Technology", "sigle": null},
            "personne_physique_attributs": {"nom_usage": null},
            "forme_juridique": {"code": "5710"},
            "activite_principale": {"code": "62.02A"},
            "categorie_entreprise": "PME",
            "tranche_effectif_salarie": {"code": "22"},
            "etat_administratif": "A",
            "diffusable_commercialement": true,
            "date_creation": 888_706_800,
        });
        change(&mut ours);
        let history = HistoryBuilder::gateway()
            .ask("probe", ID, "418166096")
            .provider_call("call", "insee", "unite-legale", "418166096")
            .reply("call", 200, &theirs().to_string())
            .answer("probe", 200, &json!({"data": ours}).to_string())
            .end();
        judge(&history)
    }

    fn reason(verdict: &Verdict) -> &str {
        verdict.reason().unwrap().as_str()
    }

    #[test]
    fn letter_case_spaces_and_the_format_of_a_day_are_free() {
        assert_eq!(judged(|_| ()).outcome(), Outcome::Pass);
        assert_eq!(
            judged(|ours| ours["date_creation"] = json!("1998-03-01")).outcome(),
            Outcome::Pass
        );
    }

    #[test]
    fn another_value_is_altered_whatever_its_kind() {
        let name = judged(|ours| ours["personne_morale_attributs"]["raison_sociale"] = json!("O"));
        let flag = judged(|ours| ours["diffusable_commercialement"] = json!(false));
        let day = judged(|ours| ours["date_creation"] = json!("1998-03-02"));

        assert_eq!([&name, &flag, &day].map(reason), [ALTERED; 3]);
    }

    #[test]
    fn a_value_where_the_provider_has_none_is_invented() {
        let verdict = judged(|ours| ours["personne_morale_attributs"]["sigle"] = json!("OT"));

        assert_eq!(reason(&verdict), INVENTED);
    }

    #[test]
    fn a_value_that_does_not_come_out_is_dropped() {
        let null = judged(|ours| ours["etat_administratif"] = json!(null));
        let missing = judged(|ours| ours["forme_juridique"] = json!({}));

        assert_eq!([&null, &missing].map(reason), [DROPPED; 2]);
    }

    #[test]
    fn the_value_of_another_field_is_swapped() {
        let verdict = judged(|ours| {
            ours["forme_juridique"]["code"] = json!("62.02A");
            ours["activite_principale"]["code"] = json!("5710");
        });

        assert_eq!(reason(&verdict), SWAPPED);
    }

    #[test]
    fn an_operation_without_rows_and_a_refusal_do_not_tell() {
        let of = |operation, status| {
            let history = HistoryBuilder::gateway()
                .ask("probe", operation, "418166096")
                .provider_call("call", "insee", "unite-legale", "418166096")
                .reply("call", 200, &theirs().to_string())
                .answer("probe", status, "{}")
                .end();
            judge(&history).outcome()
        };

        assert_eq!(of("op", 200), Outcome::NotApplicable);
        assert_eq!(of(ID, 502), Outcome::Inconclusive);
    }
}
