//! GIP-MDS's operations.

use crate::{
    answers::effectifs,
    plan::table::{Plan, itself},
    sources::gip_mds,
};

pub(super) const PLANS: &[Plan] = &[
    itself(
        "api_entreprise_v3_gip_mds_effectifs_annuels_entreprise",
        gip_mds::ANNUELS,
        effectifs::yearly,
    ),
    itself(
        "api_entreprise_v3_gip_mds_effectifs_mensuels_etablissement",
        gip_mds::MENSUELS,
        effectifs::monthly,
    ),
];
