//! Every operation and what it does.

use bytes::Bytes;
use serde_json::Value;

use crate::{
    answers::{
        adresse, asked::Asked, attestation_fiscale, attestation_vigilance, document, etablissement,
        extrait_rcs, mandataires_sociaux, paper::Paper, successions, unite_legale,
    },
    ask::Ask,
    sources::{Raw, dgfip, insee, urssaf},
    trouble::Trouble,
};

/// What one operation does. A new operation is one line of [`PLANS`] and, for a new resource, one file of `answers`.
pub(super) struct Plan {
    pub(super) operation: &'static str,
    pub(super) work: Work,
}

/// What there is to do.
#[derive(Clone, Copy)]
pub(super) enum Work {
    /// Ask one provider and map what it says.
    Data(Ask, Map, Shows),
    /// Ask one provider for a document, keep it under a name and tell of it.
    Document(Ask, Read, &'static str, Tell),
    /// List the token's scopes.
    Privileges,
    /// Ask two providers and merge what they say.
    Entreprises,
}

/// What of an entity an answer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shows {
    /// The entity itself: one that is shown to nobody is refused as such (facts 95).
    Itself,
    /// A part of it: of one that is shown to nobody there is none.
    Part,
    /// What all may see; the rest is withheld.
    ToAll,
}

/// What becomes of what a provider gave.
pub(super) type Map = fn(&Raw, &Asked<'_>) -> Result<Value, Trouble>;

/// The document in what a provider gave.
pub(super) type Read = fn(&Bytes) -> Result<Bytes, Trouble>;

/// What is told of a document, or of the trouble with it.
pub(super) type Tell = fn(Result<Paper, Trouble>) -> Result<Value, Trouble>;

const fn plan(operation: &'static str, work: Work) -> Plan {
    Plan { operation, work }
}

/// Whose answer is the entity itself.
const fn itself(operation: &'static str, ask: Ask, map: Map) -> Plan {
    plan(operation, Work::Data(ask, map, Shows::Itself))
}

/// Whose answer is a part of it.
const fn part(operation: &'static str, ask: Ask, map: Map) -> Plan {
    plan(operation, Work::Data(ask, map, Shows::Part))
}

/// Whose answer is for all.
const fn to_all(operation: &'static str, ask: Ask, map: Map) -> Plan {
    plan(operation, Work::Data(ask, map, Shows::ToAll))
}

const COMPANY: Ask = Ask::Insee(insee::UNITE_LEGALE);
const PLACE: Ask = Ask::Insee(insee::ETABLISSEMENT);
const OFFICE: Ask = Ask::Insee(insee::SIEGE);
const LINKS: Ask = Ask::Insee(insee::SUCCESSIONS);

const VIGILANCE: &str = "attestation_vigilance_urssaf";
const FISCALE: &str = "attestation_fiscale_dgfip";

pub(super) const PLANS: [Plan; 24] = [
    itself(
        "api_entreprise_v3_insee_unites_legales",
        COMPANY,
        unite_legale::answer,
    ),
    itself(
        "api_entreprise_v4_insee_unites_legales",
        COMPANY,
        unite_legale::answer,
    ),
    to_all(
        "api_entreprise_v3_insee_unites_legales_diffusables",
        COMPANY,
        unite_legale::answer,
    ),
    to_all(
        "api_entreprise_v4_insee_unites_legales_diffusables",
        COMPANY,
        unite_legale::answer,
    ),
    part(
        "api_entreprise_v3_insee_sieges_unites_legales",
        OFFICE,
        etablissement::answer,
    ),
    part(
        "api_entreprise_v4_insee_sieges_unites_legales",
        OFFICE,
        etablissement::answer,
    ),
    to_all(
        "api_entreprise_v3_insee_sieges_diffusables_unites_legales",
        OFFICE,
        etablissement::answer,
    ),
    to_all(
        "api_entreprise_v4_insee_sieges_diffusables_unites_legales",
        OFFICE,
        etablissement::answer,
    ),
    itself(
        "api_entreprise_v3_insee_etablissements",
        PLACE,
        etablissement::answer,
    ),
    itself(
        "api_entreprise_v4_insee_etablissements",
        PLACE,
        etablissement::answer,
    ),
    to_all(
        "api_entreprise_v3_insee_etablissements_diffusables",
        PLACE,
        etablissement::answer,
    ),
    to_all(
        "api_entreprise_v4_insee_etablissements_diffusables",
        PLACE,
        etablissement::answer,
    ),
    part(
        "api_entreprise_v3_insee_adresses_etablissements",
        PLACE,
        adresse::answer,
    ),
    to_all(
        "api_entreprise_v3_insee_adresses_etablissements_diffusables",
        PLACE,
        adresse::answer,
    ),
    part(
        "api_entreprise_v3_insee_successions",
        LINKS,
        successions::answer,
    ),
    itself(
        "api_entreprise_v3_infogreffe_extraits_rcs",
        Ask::Infogreffe,
        |raw, _| extrait_rcs::answer(raw),
    ),
    itself(
        "api_entreprise_v3_infogreffe_mandataires_sociaux",
        Ask::Infogreffe,
        |raw, _| mandataires_sociaux::answer(raw),
    ),
    plan(
        "api_entreprise_v3_acoss_attestations_sociales",
        Work::Document(Ask::Urssaf, urssaf::document, VIGILANCE, |paper| {
            paper.map(|paper| document::answer(&paper))
        }),
    ),
    plan(
        "api_entreprise_v4_acoss_attestations_sociales",
        Work::Document(
            Ask::Urssaf,
            urssaf::document,
            VIGILANCE,
            |paper| match paper {
                Ok(paper) => Ok(attestation_vigilance::delivered(&paper)),
                Err(trouble) if trouble.class == urssaf::REFUSED => {
                    Ok(attestation_vigilance::refused())
                }
                Err(trouble) => Err(trouble),
            },
        ),
    ),
    plan(
        "api_entreprise_v3_dgfip_attestations_fiscales",
        Work::Document(Ask::Dgfip, dgfip::document, FISCALE, |paper| {
            paper.map(|paper| document::answer(&paper))
        }),
    ),
    plan(
        "api_entreprise_v4_dgfip_attestations_fiscales",
        Work::Document(Ask::Dgfip, dgfip::document, FISCALE, |paper| {
            paper.map(|paper| attestation_fiscale::answer(&paper))
        }),
    ),
    plan("v2_entreprises_restored", Work::Entreprises),
    plan("api_entreprise_privileges", Work::Privileges),
    plan("v2_privileges", Work::Privileges),
];
