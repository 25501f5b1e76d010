//! Whom an operation can be asked about and be answered: what each demands of a company beyond what all demand.

use doublure_fixtures::{
    Siret, World,
    world::{Company, Diffusion, FarmContributions, Scheme, StaffKind, Standing, Vigilance},
};

/// Whether the providers of an operation answer well about a company and its head office.
pub(super) fn fits(world: &World, company: &Company, operation: &str) -> bool {
    let Some(office) = company.establishments.first() else {
        return false;
    };
    let demands = DEMANDS.iter().filter(|(id, _)| *id == operation);
    is_flawless(company)
        && demands
            .into_iter()
            .all(|(_, fits)| fits(world, company, office.siret))
}

fn is_flawless(company: &Company) -> bool {
    company.ceased.is_none()
        && company.merged_into.is_none()
        && company.diffusion == Diffusion::Full
        && company.commercial_use
        && company
            .registration
            .as_ref()
            .is_some_and(|entry| entry.struck_off.is_none())
        && company.vigilance == Vigilance::Delivered
        && company.tax == Standing::InOrder
}

fn has_staff(world: &World, company: &Company, siret: Siret) -> bool {
    let declared = |scheme| {
        let kind = StaffKind::Average;
        let year = world.yearly_staff(company.siren, scheme, kind, 2024);
        year.and_then(|_| world.monthly_staff(siret, scheme, kind, (2024, 6)))
    };
    !world.staff_file_is_locked(company)
        && Scheme::ALL
            .into_iter()
            .any(|scheme| declared(scheme).is_some())
}

/// What an operation demands of a company and its head office.
type Demand = (&'static str, fn(&World, &Company, Siret) -> bool);

const DEMANDS: &[Demand] = &[
    ("api_entreprise_v3_insee_successions", |world, _, siret| {
        !world.successions(siret).is_empty()
    }),
    (
        "api_entreprise_v3_gip_mds_effectifs_annuels_entreprise",
        has_staff,
    ),
    (
        "api_entreprise_v3_gip_mds_effectifs_mensuels_etablissement",
        has_staff,
    ),
    (
        "api_entreprise_v3_european_commission_vies",
        |world, company, _| world.vat_number(company).is_some(),
    ),
    ("api_entreprise_v3_dgddi_eori", |world, _, siret| {
        world.operator(&format!("FR{siret}")).is_some()
    }),
    (
        "api_entreprise_v3_msa_conformites_cotisations",
        |world, _, siret| world.farm_contributions(siret) != FarmContributions::Unknown,
    ),
];
