//! INSEE's operations.

use crate::{
    answers::{adresse, etablissement, successions, unite_legale},
    plan::table::{Plan, itself, part, to_all},
    sources::insee::{ETABLISSEMENT, SIEGE, SUCCESSIONS, UNITE_LEGALE},
};

pub(super) const PLANS: &[Plan] = &[
    itself(
        "api_entreprise_v3_insee_unites_legales",
        UNITE_LEGALE,
        unite_legale::answer,
    ),
    itself(
        "api_entreprise_v4_insee_unites_legales",
        UNITE_LEGALE,
        unite_legale::answer,
    ),
    to_all(
        "api_entreprise_v3_insee_unites_legales_diffusables",
        UNITE_LEGALE,
        unite_legale::answer,
    ),
    to_all(
        "api_entreprise_v4_insee_unites_legales_diffusables",
        UNITE_LEGALE,
        unite_legale::answer,
    ),
    part(
        "api_entreprise_v3_insee_sieges_unites_legales",
        SIEGE,
        etablissement::answer,
    ),
    part(
        "api_entreprise_v4_insee_sieges_unites_legales",
        SIEGE,
        etablissement::answer,
    ),
    to_all(
        "api_entreprise_v3_insee_sieges_diffusables_unites_legales",
        SIEGE,
        etablissement::answer,
    ),
    to_all(
        "api_entreprise_v4_insee_sieges_diffusables_unites_legales",
        SIEGE,
        etablissement::answer,
    ),
    itself(
        "api_entreprise_v3_insee_etablissements",
        ETABLISSEMENT,
        etablissement::answer,
    ),
    itself(
        "api_entreprise_v4_insee_etablissements",
        ETABLISSEMENT,
        etablissement::answer,
    ),
    to_all(
        "api_entreprise_v3_insee_etablissements_diffusables",
        ETABLISSEMENT,
        etablissement::answer,
    ),
    to_all(
        "api_entreprise_v4_insee_etablissements_diffusables",
        ETABLISSEMENT,
        etablissement::answer,
    ),
    part(
        "api_entreprise_v3_insee_adresses_etablissements",
        ETABLISSEMENT,
        adresse::answer,
    ),
    to_all(
        "api_entreprise_v3_insee_adresses_etablissements_diffusables",
        ETABLISSEMENT,
        adresse::answer,
    ),
    part(
        "api_entreprise_v3_insee_successions",
        SUCCESSIONS,
        successions::answer,
    ),
];
