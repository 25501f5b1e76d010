use http::Request;

use super::*;
use crate::testing;

#[test]
fn every_refusal_is_as_the_snapshot_shows() {
    insta::assert_snapshot!(testing::refusals::<Infogreffe>());
}

#[test]
fn the_siren_is_found_however_the_question_is_written() {
    let entity = |body: &'static str| {
        let request = Request::post("/")
            .header("SOAPAction", "\"getProduitsWebServicesXML\"")
            .body(Bytes::from_static(body.as_bytes()))
            .unwrap();
        Infogreffe::route(&request).unwrap().entity
    };

    assert_eq!(
        entity("<e:E xmlns:e='x'><num_siren> 418166096\n</num_siren></e:E>").as_deref(),
        Some("418166096")
    );
    assert_eq!(
        entity("<a><c:num_siren><![CDATA[418166096]]></c:num_siren></a>").as_deref(),
        Some("418166096")
    );
    assert_eq!(entity("<a><num_siren>418166096"), None);
    assert_eq!(entity("num_siren=418166096"), None);
}
