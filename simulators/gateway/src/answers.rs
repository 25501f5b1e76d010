//! What each operation answers, as it stands on the wire: one resource a file, all of them pure.
//!
//! [`asked`], [`company`], [`dates`], [`fields`], [`made`] and [`paper`] are what several share; [`desk`] keeps documents.

pub(crate) mod actes_bilans;
pub(crate) mod adresse;
pub(crate) mod asked;
pub(crate) mod association;
pub(crate) mod association_rna;
pub(crate) mod attestation_fiscale;
pub(crate) mod attestation_vigilance;
pub(crate) mod beneficiaires_effectifs;
pub(crate) mod bilans;
pub(crate) mod certification_batiment;
pub(crate) mod certification_ingenierie;
pub(crate) mod certificats_qualifelec;
pub(crate) mod certificats_rge;
pub(crate) mod chiffres_affaires;
pub(crate) mod company;
pub(crate) mod conformite_cotisations_msa;
pub(crate) mod conformite_retraite;
pub(crate) mod conventions_collectives;
pub(crate) mod dates;
pub(crate) mod desk;
pub(crate) mod document;
pub(crate) mod documents_association;
pub(crate) mod effectifs;
pub(crate) mod entreprise_artisanale;
pub(crate) mod eori;
pub(crate) mod etablissement;
pub(crate) mod extrait_rcs;
pub(crate) mod extrait_rne;
pub(crate) mod fields;
pub(crate) mod formation;
pub(crate) mod forms;
pub(crate) mod liasses_fiscales;
pub(crate) mod liens_capitalistiques;
pub(crate) mod made;
pub(crate) mod mandataires_sociaux;
pub(crate) mod numero_tva;
pub(crate) mod paper;
pub(crate) mod privileges;
pub(crate) mod subventions;
pub(crate) mod successions;
pub(crate) mod unite_legale;

#[cfg(test)]
pub(crate) mod samples;
