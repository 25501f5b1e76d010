//! Those who own a company in the end, as the register tells it: forty figures each.

use doublure_fixtures::world::rne::{Control, Held, Owner, Rights};
use serde_json::{Map, Value, json};

use super::spelling::{mixed, month};

/// An entry of `beneficiairesEffectifs`; without `modalite` where the register does not know how.
pub(super) fn record(owner: &Owner) -> Value {
    let mut record = json!({
        "actif": true,
        "beneficiaireId": owner.id,
        "beneficiaire": {
            "descriptionPersonne": {
                "nom": mixed(&owner.name),
                "nomUsage": owner.used_name.as_deref().map(mixed),
                "prenoms": owner.first_names.iter().map(|name| mixed(name)).collect::<Vec<_>>(),
                "dateDeNaissance": owner.born.map(month),
                "nationalite": owner.nationality,
            },
            "adresseDomicile": {"pays": owner.country},
        },
    });
    if let Some(control) = owner.control {
        record["modalite"] = modality(control);
    }
    record
}

fn modality(control: Control) -> Value {
    let mut figures = Map::new();
    let mut percent = |name: &str, share: u32| {
        figures.insert(name.to_owned(), json!(f64::from(share) / 100.0));
    };
    shares(control.shares, &mut percent);
    votes(control.votes, &mut percent);
    for name in EXPECTED {
        percent(name, 0);
    }
    let Control { shares, votes, .. } = control;
    for (name, flag) in [
        ("detentionPartDirecte", shares.direct != Rights::default()),
        (
            "detentionPartIndirecte",
            shares.total() > shares.direct.total(),
        ),
        ("detentionVoteDirecte", votes.direct != Rights::default()),
        (
            "detentionVoteIndirecte",
            votes.total() > votes.direct.total(),
        ),
        ("detentionPouvoirDecisionAG", control.decides),
        (
            "detentionPouvoirNommageMembresConseilAdmin",
            control.decides,
        ),
        ("detentionAutresMoyensControle", false),
        ("beneficiaireRepresentantLegal", control.represents),
        ("representantLegalPlacementSansGestionDelegue", false),
    ] {
        figures.insert(name.to_owned(), json!(flag));
    }
    Value::Object(figures)
}

fn shares(held: Held, percent: &mut impl FnMut(&str, u32)) {
    percent("partsDirectesPleinePropriete", held.direct.full);
    percent("partsDirectesNuePropriete", held.direct.bare);
    percent("partsIndirectesIndivision", held.undivided.total());
    percent(
        "partsIndirectesIndivisionPleinePropriete",
        held.undivided.full,
    );
    percent("partsIndirectesIndivisionNuePropriete", held.undivided.bare);
    percent(
        "partsIndirectesPersonnesMorales",
        held.through_companies.total(),
    );
    percent(
        "partsIndirectesPmoralesPleinePropriete",
        held.through_companies.full,
    );
    percent(
        "partsIndirectesPmoralesNuePropriete",
        held.through_companies.bare,
    );
    percent("detentionPartTotale", held.total());
}

fn votes(held: Held, percent: &mut impl FnMut(&str, u32)) {
    percent("voteDirectePleinePropriete", held.direct.full);
    percent("voteDirecteNuePropriete", held.direct.bare);
    percent("voteDirecteUsufruit", held.direct.usufruct);
    percent("voteIndirecteIndivision", held.undivided.total());
    percent(
        "voteIndirecteIndivisionPleinePropriete",
        held.undivided.full,
    );
    percent("voteIndirecteIndivisionNuePropriete", held.undivided.bare);
    percent("voteIndirecteIndivisionUsufruit", held.undivided.usufruct);
    percent(
        "voteIndirectePersonnesMorales",
        held.through_companies.total(),
    );
    percent(
        "voteIndirectePmoralesPleinePropriete",
        held.through_companies.full,
    );
    percent(
        "voteIndirectePmoralesNuePropriete",
        held.through_companies.bare,
    );
    percent(
        "voteIndirectePmoralesUsufruit",
        held.through_companies.usufruct,
    );
    percent("detentionVoteTotal", held.total());
}

/// Shares still to come, which only groups of economic interest know: no company of the world is one.
const EXPECTED: [&str; 8] = [
    "vocationTitulaireDirectePleinePropriete",
    "vocationTitulaireDirecteNuePropriete",
    "vocationTitulaireIndirecteIndivision",
    "vocationTitulaireIndirectePleinePropriete",
    "vocationTitulaireIndirecteNuePropriete",
    "vocationTitulaireIndirectePersonnesMorales",
    "vocationTitulaireIndirectePmoralesPleinePropriete",
    "vocationTitulaireIndirectePmoralesNuePropriete",
];
