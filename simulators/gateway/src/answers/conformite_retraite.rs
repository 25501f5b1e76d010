//! Whether contributions for pensions are paid: `api_entreprise_v3_probtp_conformites_cotisations_retraite`.

use serde_json::{Value, json};

use crate::{
    sources::{Raw, probtp},
    trouble::Trouble,
};

/// The answer for what ProBTP gave.
pub(crate) fn answer(raw: &Raw) -> Result<Value, Trouble> {
    let eligible = probtp::eligible(&raw.body)?;
    Ok(json!({"data": {"eligible": eligible}, "links": {}, "meta": {}}))
}
