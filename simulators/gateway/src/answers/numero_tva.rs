//! `api_entreprise_v3_european_commission_vies`.

use serde_json::{Value, json};

use crate::{
    sources::{Raw, vies},
    trouble::Trouble,
};

/// The answer for what VIES gave.
pub(crate) fn answer(raw: &Raw) -> Result<Value, Trouble> {
    let number = vies::number(&raw.body)?;
    Ok(json!({"data": {"tva_number": number}, "links": {}, "meta": {}}))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{assert_fits_the_official_description, raw};

    #[test]
    fn a_number_that_is_valid_is_told() {
        let said = json!({"isValid": true, "userError": "VALID", "vatNumber": "35552049447"});

        let answer = answer(&raw(&said)).unwrap();

        let path = "/v3/european_commission/unites_legales/{siren}/numero_tva";
        assert_fits_the_official_description(path, &answer);
        assert_eq!(answer["data"]["tva_number"], "FR35552049447");
    }
}
