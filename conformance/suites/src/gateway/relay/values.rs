//! What providers say is what callers read.

use doublure_journal::Moment;
use doublure_rules::{Capability, Exchange, History, Level, Proof, Role, Rule, Verdict};
use serde_json::Value;

use crate::{
    judging::{each, edges, operation, relayed},
    trials::names,
};

/// Nothing altered, invented, dropped or swapped.
pub static VALUES_UNALTERED: Rule = Rule {
    id: "gw.relay.values-unaltered",
    role: Role::Gateway,
    theme: "relay",
    level: Level::Must,
    sentence: "Every value equals the provider's, but for letter case, date format and runs of spaces; \
               nothing is invented, dropped or swapped.",
    source: "000:157",
    needs: &[Capability::Providers],
    trial: names::ONE_CALL_EACH,
    reasons: &[ALTERED, INVENTED, DROPPED, SWAPPED],
    judge,
};

/// A field of an answer and the field of the provider that it repeats.
struct Repeated {
    /// In the answer.
    here: &'static str,
    /// In the provider's.
    there: &'static str,
    /// How it is repeated.
    how: How,
}

/// How a value is repeated.
#[derive(Clone, Copy)]
enum How {
    /// As it stands.
    Same,
    /// True where it is this text.
    Is(&'static str),
    /// A day as the Unix second of some midnight of it.
    Day,
}

/// One field of one answer, with what the provider said there.
struct Pair<'a> {
    field: &'a Repeated,
    ours: &'a Value,
    theirs: &'a Value,
}

fn judge(history: &History) -> Verdict {
    let pairs = relayed(history);
    each(
        pairs
            .iter()
            .filter_map(|(probe, calls)| judge_probe(probe, calls)),
        "no answer was given that repeats a provider's fields one by one",
    )
}

/// What is said of an answer whose fields have rows below; none of any other.
fn judge_probe(probe: &Exchange<'_>, calls: &[Exchange<'_>]) -> Option<Verdict> {
    let fields = fields_of(operation(probe)?)?;
    let [call] = calls else { return None };
    if (probe.status(), call.status()) != (Some(200), Some(200)) {
        return None;
    }
    let (ours, theirs) = (probe.json(), call.json());
    let pairs: Vec<Pair<'_>> = fields
        .iter()
        .map(|field| Pair {
            field,
            ours: ours.pointer(field.here).unwrap_or(&Value::Null),
            theirs: theirs.pointer(field.there).unwrap_or(&Value::Null),
        })
        .collect();
    let proof = edges(probe, calls);
    let amiss = pairs
        .iter()
        .find_map(|pair| Some((pair, pair.amiss(&pairs)?)));
    Some(match amiss {
        None => Verdict::pass(proof),
        Some((pair, reason)) => pair.fail(probe, reason, proof),
    })
}

impl Pair<'_> {
    /// In which way the field does not repeat the provider's, if it does not.
    fn amiss(&self, all: &[Self]) -> Option<&'static str> {
        if self.field.how.repeats(self.theirs, self.ours) {
            return None;
        }
        let is_another_s = |other: &Self| {
            other.field.there != self.field.there
                && matches!(other.field.how, How::Same)
                && How::Same.repeats(other.theirs, self.ours)
        };
        Some(match (is_empty(self.theirs), is_empty(self.ours)) {
            (_, true) => DROPPED,
            (true, false) => INVENTED,
            (false, false) if all.iter().any(is_another_s) => SWAPPED,
            (false, false) => ALTERED,
        })
    }

    fn fail(&self, probe: &Exchange<'_>, reason: &'static str, proof: Proof) -> Verdict {
        let Repeated { here, there, .. } = self.field;
        let expected = format!(
            "`{here}` of {} repeats the provider's `{there}`, {}",
            probe.asked(),
            self.theirs
        );
        Verdict::fail(reason, expected, self.ours.to_string(), proof)
    }
}

impl How {
    fn repeats(self, theirs: &Value, ours: &Value) -> bool {
        match self {
            Self::Same => (is_empty(theirs) && is_empty(ours)) || plain(theirs) == plain(ours),
            Self::Is(wanted) => ours.as_bool() == Some(theirs.as_str() == Some(wanted)),
            Self::Day => match theirs.as_str() {
                None => is_empty(ours),
                Some(day) => is_on(day, ours),
            },
        }
    }
}

/// A value as it counts: without letter case and runs of spaces.
fn plain(value: &Value) -> String {
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(str::is_empty)
}

/// Whether a value is that day: in its own words, or as a Unix second of it anywhere on Earth.
fn is_on(day: &str, value: &Value) -> bool {
    let day = day.get(..10).unwrap_or(day);
    let midnight: Option<Moment> = format!("{day}T00:00:00Z").parse().ok();
    match (value.as_u64(), midnight) {
        (Some(second), Some(midnight)) => second.abs_diff(midnight.unix_seconds()) <= DAY,
        _ => value.as_str().is_some_and(|text| text.starts_with(day)),
    }
}

fn fields_of(operation: &str) -> Option<&'static [Repeated]> {
    let known = REPEATED.iter().find(|(id, _)| *id == operation);
    known.map(|(_, fields)| *fields)
}

const fn same(here: &'static str, there: &'static str) -> Repeated {
    repeated(here, there, How::Same)
}

const fn repeated(here: &'static str, there: &'static str, how: How) -> Repeated {
    Repeated { here, there, how }
}

/// By operation: the fields that have one source each. What is made of several is no repetition.
static REPEATED: &[(&str, &[Repeated])] = &[
    ("api_entreprise_v3_insee_unites_legales", COMPANY),
    ("api_entreprise_v3_insee_etablissements", ESTABLISHMENT),
];

/// The latest period of a register comes first.
const COMPANY: &[Repeated] = &[
    same("/data/siren", "/uniteLegale/siren"),
    same(
        "/data/personne_morale_attributs/raison_sociale",
        "/uniteLegale/periodesUniteLegale/0/denominationUniteLegale",
    ),
    same(
        "/data/personne_morale_attributs/sigle",
        "/uniteLegale/sigleUniteLegale",
    ),
    same(
        "/data/personne_physique_attributs/nom_usage",
        "/uniteLegale/periodesUniteLegale/0/nomUsageUniteLegale",
    ),
    same(
        "/data/forme_juridique/code",
        "/uniteLegale/periodesUniteLegale/0/categorieJuridiqueUniteLegale",
    ),
    same(
        "/data/activite_principale/code",
        "/uniteLegale/periodesUniteLegale/0/activitePrincipaleUniteLegale",
    ),
    same(
        "/data/categorie_entreprise",
        "/uniteLegale/categorieEntreprise",
    ),
    same(
        "/data/tranche_effectif_salarie/code",
        "/uniteLegale/trancheEffectifsUniteLegale",
    ),
    same(
        "/data/etat_administratif",
        "/uniteLegale/periodesUniteLegale/0/etatAdministratifUniteLegale",
    ),
    repeated(
        "/data/diffusable_commercialement",
        "/uniteLegale/statutDiffusionUniteLegale",
        How::Is("O"),
    ),
    repeated(
        "/data/date_creation",
        "/uniteLegale/dateCreationUniteLegale",
        How::Day,
    ),
];

const ESTABLISHMENT: &[Repeated] = &[
    same("/data/siret", "/etablissement/siret"),
    same("/data/siege_social", "/etablissement/etablissementSiege"),
    same(
        "/data/adresse/libelle_voie",
        "/etablissement/adresseEtablissement/libelleVoieEtablissement",
    ),
    same(
        "/data/adresse/code_postal",
        "/etablissement/adresseEtablissement/codePostalEtablissement",
    ),
    same(
        "/data/adresse/libelle_commune",
        "/etablissement/adresseEtablissement/libelleCommuneEtablissement",
    ),
    same(
        "/data/activite_principale/code",
        "/etablissement/periodesEtablissement/0/activitePrincipaleEtablissement",
    ),
    repeated(
        "/data/diffusable_commercialement",
        "/etablissement/statutDiffusionEtablissement",
        How::Is("O"),
    ),
    repeated(
        "/data/date_creation",
        "/etablissement/dateCreationEtablissement",
        How::Day,
    ),
];

const DAY: u64 = 86_400;
const ALTERED: &str = "altered";
const INVENTED: &str = "invented";
const DROPPED: &str = "dropped";
const SWAPPED: &str = "swapped";

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

        assert_eq!(of("op", 200), Outcome::Inconclusive);
        assert_eq!(of(ID, 502), Outcome::Inconclusive);
    }
}
