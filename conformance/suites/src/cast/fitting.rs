//! Whom an operation can be asked about and be answered: what each demands of a company beyond what all demand.

use doublure_fixtures::{
    Siret, World,
    world::{
        Company, Diffusion, FarmContributions, Scheme, StaffKind, Standing, TaxFile, Vigilance,
        associations::{Association, AssociationKey},
        certificates::funds::Dues,
        rne::Access,
    },
};

/// Whether the providers of an operation answer well about a company and its head office.
pub(super) fn fits(world: &World, company: &Company, operation: &str) -> bool {
    let Some(office) = company.establishments.first() else {
        return false;
    };
    let demands = DEMANDS.iter().filter(|(id, _)| *id == operation);
    is_flawless(company)
        && (ABOUT_ASSOCIATIONS.contains(&operation) || is_registered(company))
        && demands
            .into_iter()
            .all(|(_, fits)| fits(world, company, office.siret))
}

fn is_flawless(company: &Company) -> bool {
    company.ceased.is_none()
        && company.merged_into.is_none()
        && company.diffusion == Diffusion::Full
        && company.commercial_use
        && company.vigilance == Vigilance::Delivered
        && company.tax == Standing::InOrder
}

/// Whether the trade register knows it, which no association is in.
fn is_registered(company: &Company) -> bool {
    let entry = company.registration.as_ref();
    entry.is_some_and(|entry| entry.struck_off.is_none())
}

fn association(world: &World, company: &Company) -> Option<Association> {
    world.association(AssociationKey::Siren(company.siren))
}

fn has_filed(world: &World, company: &Company, _: Siret) -> bool {
    let entry = world.rne(company);
    entry.is_some_and(|entry| {
        let mut deposits = entry.deposits.iter();
        deposits.any(|deposit| deposit.access == Access::Public)
    })
}

fn has_owners(world: &World, company: &Company, _: Siret) -> bool {
    let entry = world.rne(company);
    entry.is_some_and(|entry| entry.owners.iter().any(|owner| owner.control.is_some()))
}

fn is_an_association(world: &World, company: &Company, _: Siret) -> bool {
    association(world, company).is_some()
}

fn has_documents(world: &World, company: &Company, _: Siret) -> bool {
    let papers = association(world, company).map_or_else(Vec::new, |known| known.papers);
    !papers.is_empty() && papers.iter().all(|paper| paper.flaw.is_none())
}

fn has_grants(world: &World, company: &Company, _: Siret) -> bool {
    association(world, company).is_some_and(|known| !world.grants(&known).is_empty())
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

fn is_certified_to_build(world: &World, company: &Company, _: Siret) -> bool {
    world.building_certificate(company).is_some()
}

/// What an operation demands of a company and its head office.
type Demand = (&'static str, fn(&World, &Company, Siret) -> bool);

const DEMANDS: &[Demand] = &[
    // Few have a trade name, and what nobody says nobody can see to be dropped.
    (
        "api_entreprise_v3_infogreffe_extraits_rcs",
        |_, company, _| {
            let entry = company.registration.as_ref();
            entry.is_some_and(|entry| entry.trade_name.is_some())
        },
    ),
    (
        "api_entreprise_v3_dgfip_liasses_fiscales",
        |world, company, _| matches!(world.tax_file(company, 2024), TaxFile::Found(_)),
    ),
    (
        "api_entreprise_v3_dgfip_liens_capitalistiques",
        |world, company, _| match world.tax_file(company, 2024) {
            TaxFile::Found(taxes) => taxes
                .declared
                .is_some_and(|declared| declared.shares.is_some()),
            TaxFile::Unknown | TaxFile::Unreadable => false,
        },
    ),
    (
        "api_entreprise_v3_dgfip_chiffres_affaires",
        |world, company, _| !world.accounts(company).is_empty(),
    ),
    (
        "api_entreprise_v3_banque_de_france_bilans_entreprise",
        |world, company, _| !world.balance_sheets(company).is_empty(),
    ),
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
    (
        "api_entreprise_v3_probtp_attestations_cotisation_retraite",
        |world, company, _| world.funds(company).pensions == Some(Dues::Paid),
    ),
    (
        "api_entreprise_v3_probtp_conformites_cotisations_retraite",
        |world, company, _| world.funds(company).pensions == Some(Dues::Paid),
    ),
    (
        "api_entreprise_v3_cibtp_attestation_cotisations_conges_payes_chomage_intemperies",
        |world, company, _| world.funds(company).building_leave == Some(Dues::Paid),
    ),
    (
        "api_entreprise_v3_cnetp_attestation_cotisations_conges_payes_chomage_intemperies",
        |world, company, _| world.funds(company).public_works_leave == Some(Dues::Paid),
    ),
    (
        "api_entreprise_v3_fntp_carte_professionnelle_travaux_publics",
        |world, company, _| world.funds(company).card.is_some(),
    ),
    (
        "api_entreprise_v3_qualibat_certifications_batiment",
        is_certified_to_build,
    ),
    (
        "api_entreprise_v4_qualibat_certifications_batiment",
        is_certified_to_build,
    ),
    (
        "api_entreprise_v3_qualifelec_certificats",
        |world, company, _| !world.electrical_certificates(company).is_empty(),
    ),
    (
        "api_entreprise_v3_opqibi_certifications_ingenierie",
        |world, company, _| world.engineering_certificate(company).is_some(),
    ),
    (
        "api_entreprise_v3_ademe_certificats_rge",
        |world, company, _| world.labels(company).iter().any(|label| !label.archived),
    ),
    (
        "api_entreprise_v3_carif_oref_certifications_qualiopi_france_competences",
        |world, company, _| {
            let office = company.establishments.first();
            office.is_some_and(|office| world.training(company, office).is_some())
        },
    ),
    (
        "api_entreprise_v3_fabrique_numerique_ministeres_sociaux_conventions_collectives",
        |world, company, _| {
            let office = company.establishments.first();
            office.is_some_and(|office| !world.agreements(company, office).is_empty())
        },
    ),
    ("api_entreprise_v3_inpi_rne_actes_bilans", has_filed),
    (
        "api_entreprise_v3_inpi_rne_beneficiaires_effectifs",
        has_owners,
    ),
    ("api_entreprise_v3_mi_associations", |_, company, _| {
        company.rna.is_some()
    }),
    ("api_entreprise_v3_mi_documents_associations", has_documents),
    ("api_entreprise_v4_mi_unites_legales", is_an_association),
    (
        "api_entreprise_v4_mi_unites_legales_open_data",
        is_an_association,
    ),
    ("api_entreprise_v3_data_subvention_subventions", has_grants),
    (
        "api_entreprise_v3_rnm_entreprises_artisanales",
        |world, company, _| world.craft(company).is_some(),
    ),
];

/// The operations that are asked about associations.
const ABOUT_ASSOCIATIONS: &[&str] = &[
    "api_entreprise_v3_mi_associations",
    "api_entreprise_v3_mi_documents_associations",
    "api_entreprise_v4_mi_unites_legales",
    "api_entreprise_v4_mi_unites_legales_open_data",
    "api_entreprise_v3_data_subvention_subventions",
];
