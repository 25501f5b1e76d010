use http::Request;

use super::*;
use crate::testing;

#[test]
fn every_refusal_is_as_the_snapshot_shows() {
    insta::assert_snapshot!(testing::refusals::<Insee>());
}

#[test]
fn each_call_has_its_path() {
    let route = |uri: &str| {
        let request = Request::get(uri).body(Bytes::new()).unwrap();
        Insee::route(&request).map(|route| (route.line, route.entity.unwrap_or_default()))
    };
    let data = |call, entity: &str| Some((Line::Data(call), entity.to_owned()));

    assert_eq!(
        route("/api-sirene/prive/3.11/siren/418166096"),
        data(Call::UniteLegale, "418166096")
    );
    assert_eq!(
        route("/api-sirene/prive/3.11/siret/41816609600069"),
        data(Call::Etablissement, "41816609600069")
    );
    assert_eq!(
        route("/api-sirene/prive/3.11/siret?q=etablissementSiege:true%20AND%20siren:418166096"),
        data(Call::Siege, "418166096")
    );
    assert_eq!(
        route("/api-sirene/prive/3.11/siret?q=siren:418166096"),
        data(Call::Siege, "")
    );
    assert_eq!(route("/api-sirene/prive/3.11/nic/1"), None);
    assert_eq!(route("/token"), None);
}
