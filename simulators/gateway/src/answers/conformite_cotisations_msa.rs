//! `api_entreprise_v3_msa_conformites_cotisations`.

use serde_json::{Value, json};

use crate::{
    sources::{Raw, msa},
    trouble::{Class, Trouble},
};

/// The answer for what MSA gave.
pub(crate) fn answer(raw: &Raw) -> Result<Value, Trouble> {
    let status = match msa::letter(&raw.body)?.as_str() {
        "O" => "up_to_date",
        "N" => "outdated",
        "A" => "under_investigation",
        _ => return Err(Trouble::said(Class::Unknown, &raw.body)),
    };
    Ok(json!({"data": {"status": status}, "links": {}, "meta": {}}))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{assert_fits_the_official_description, raw};

    #[test]
    fn each_letter_has_its_state_and_any_other_is_unknown() {
        let status = |letter: &str| {
            let said = json!({"TopRMPResponse": {"topRegMarchePublic": letter}});
            let answer = answer(&raw(&said)).map_err(|trouble| trouble.class)?;
            let path = "/v3/msa/etablissements/{siret}/conformite_cotisations";
            assert_fits_the_official_description(path, &answer);
            Ok(answer["data"]["status"].clone())
        };

        assert_eq!(status("O"), Ok(json!("up_to_date")));
        assert_eq!(status("N"), Ok(json!("outdated")));
        assert_eq!(status("A"), Ok(json!("under_investigation")));
        assert_eq!(status("S"), Err(Class::NotFound));
        assert_eq!(status("X"), Err(Class::Unknown));
    }
}
