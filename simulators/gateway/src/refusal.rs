//! A refusal: a code of the contract and what is special about this one time; and the shapes it can have.

use std::borrow::Cow;

use bytes::Bytes;
use doublure_fixtures::{
    Contract, Edition,
    contract::{ErrorRow, ProviderRow},
};
use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::trouble::Told;

/// Why a call is refused.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Refusal {
    /// Code of the contract: five digits.
    pub(crate) code: Cow<'static, str>,
    /// Name of the provider, where the code names it.
    pub(crate) provider: Option<String>,
    /// Seconds after which to call again, where they are not those of the table.
    pub(crate) retry_in: Option<u64>,
    /// A sentence that stands instead of the table's.
    pub(crate) detail: Option<String>,
    /// One more member of `meta`.
    pub(crate) told: Option<Told>,
}

/// How errors are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `{"errors":[{code,title,detail,source?,meta}]}`: v3 and later, and v2 if asked for.
    Objects,
    /// `{"errors":["…"]}`: v2.
    Texts,
}

impl Refusal {
    /// A refusal of the gateway's own.
    pub(crate) fn of(code: &'static str) -> Self {
        Self {
            code: Cow::Borrowed(code),
            ..Self::default()
        }
    }

    /// A refusal that a provider is the cause of.
    pub(crate) fn by(provider: &ProviderRow, subcode: &str) -> Self {
        Self {
            code: Cow::Owned(format!("{}{subcode}", provider.number)),
            provider: Some(provider.name.clone()),
            ..Self::default()
        }
    }

    /// The status this refusal has in an edition.
    pub(crate) fn status(&self, contract: &Contract, edition: Edition) -> StatusCode {
        self.row(contract)
            .and_then(|row| StatusCode::from_u16(*row.status.of(edition)).ok())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn row<'a>(&self, contract: &'a Contract) -> Option<&'a ErrorRow> {
        contract.error(&self.code).map(AsRef::as_ref)
    }

    fn object(&self, contract: &Contract) -> Value {
        let row = self.row(contract);
        let mut object = Map::new();
        object.insert("code".to_owned(), json!(self.code));
        object.insert("title".to_owned(), json!(row.map(|row| &row.title)));
        object.insert("detail".to_owned(), json!(self.detail(row)));
        // A source that is null is left out (facts 68).
        if let Some(source) = row.and_then(source) {
            object.insert("source".to_owned(), source);
        }
        object.insert("meta".to_owned(), self.meta(row));
        Value::Object(object)
    }

    fn detail<'a>(&'a self, row: Option<&'a ErrorRow>) -> Option<&'a str> {
        self.detail
            .as_deref()
            .or_else(|| row.map(|row| row.detail.as_str()))
    }

    fn meta(&self, row: Option<&ErrorRow>) -> Value {
        let mut meta = Map::new();
        let names_provider = row.is_some_and(|row| row.names_provider);
        if let Some(provider) = self.provider.as_ref().filter(|_| names_provider) {
            meta.insert("provider".to_owned(), json!(provider));
        }
        if let Some(seconds) = self.retry_in.or_else(|| row.and_then(|row| row.retry_in)) {
            meta.insert("retry_in".to_owned(), json!(seconds));
        }
        if let Some((member, value)) = self.told.as_deref() {
            meta.insert((*member).to_owned(), value.clone());
        }
        Value::Object(meta)
    }
}

/// The body of an answer that refuses; `gateway_error` stands in it where it is given (v2).
pub(crate) fn body(
    refusals: &[Refusal],
    contract: &Contract,
    shape: Shape,
    gateway_error: Option<bool>,
) -> Bytes {
    let errors: Vec<Value> = refusals
        .iter()
        .map(|refusal| match shape {
            Shape::Objects => refusal.object(contract),
            Shape::Texts => json!(refusal.detail(refusal.row(contract))),
        })
        .collect();
    let mut body = json!({ "errors": errors });
    if let Some(flag) = gateway_error {
        body["gateway_error"] = json!(flag);
    }
    body.to_string().into()
}

/// What of the call is at fault, where the table says so.
fn source(row: &ErrorRow) -> Option<Value> {
    let parameter = row.parameter.as_ref();
    let header = row.header.as_ref();
    parameter
        .map(|name| json!({ "parameter": name }))
        .or_else(|| header.map(|name| json!({ "header": name })))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(refusal: Refusal, shape: Shape, gateway_error: Option<bool>) -> Value {
        let body = body(&[refusal], &Contract::built_in(), shape, gateway_error);
        serde_json::from_slice(&body).unwrap()
    }

    #[test]
    fn a_parameter_at_fault_is_named_and_meta_is_always_there() {
        let body = written(Refusal::of("00301"), Shape::Objects, None);

        let error = &body["errors"][0];
        assert_eq!(error["code"], "00301");
        assert_eq!(error["source"], json!({"parameter": "siren"}));
        assert_eq!(error["meta"], json!({}));
    }

    #[test]
    fn a_header_at_fault_is_named() {
        let body = written(Refusal::of("00107"), Shape::Objects, None);

        let source = &body["errors"][0]["source"];
        assert_eq!(*source, json!({"header": "X-Forwarded-For"}));
    }

    #[test]
    fn a_source_that_is_null_is_left_out() {
        let body = written(Refusal::of("00429"), Shape::Objects, None);

        assert!(body["errors"][0].get("source").is_none());
    }

    #[test]
    fn the_table_says_whether_the_provider_is_named_and_when_to_call_again() {
        let contract = Contract::built_in();
        let urssaf = contract.provider("urssaf").unwrap();

        let late = written(Refusal::by(urssaf, "501"), Shape::Objects, None);
        let bad_file = written(Refusal::by(urssaf, "055"), Shape::Objects, None);

        let meta = |body: &Value| body["errors"][0]["meta"].clone();
        assert_eq!(
            meta(&late),
            json!({"provider": "ACOSS", "retry_in": 172_800})
        );
        assert_eq!(meta(&bad_file), json!({}));
    }

    #[test]
    fn v_two_writes_texts_and_tells_that_the_gateway_failed() {
        let body = written(Refusal::of("00101"), Shape::Texts, Some(true));

        assert!(body["errors"][0].is_string());
        assert_eq!(body["gateway_error"], true);
    }

    #[test]
    fn the_status_is_the_one_of_the_edition() {
        let contract = Contract::built_in();
        let outage = Refusal::by(contract.provider("insee").unwrap(), "001");

        assert_eq!(outage.status(&contract, Edition::Documented), 503);
        assert_eq!(outage.status(&contract, Edition::Observed), 502);
    }
}
