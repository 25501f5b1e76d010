//! Operations about work and training: CARIF-OREF, Fabrique numérique.

use crate::{
    answers::{conventions_collectives, formation},
    plan::table::{Plan, itself},
    sources::{carif_oref, fabrique_numerique},
};

pub(super) const PLANS: &[Plan] = &[
    itself(
        "api_entreprise_v3_carif_oref_certifications_qualiopi_france_competences",
        carif_oref::ORGANISME,
        |raw, _| formation::answer(raw),
    ),
    itself(
        "api_entreprise_v3_fabrique_numerique_ministeres_sociaux_conventions_collectives",
        fabrique_numerique::CONVENTIONS,
        |raw, _| conventions_collectives::answer(raw),
    ),
];
