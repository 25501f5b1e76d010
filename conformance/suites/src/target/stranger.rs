//! Before the first trial: whether who answers is a gateway at all, or something else at its address.

use std::sync::Arc;

use doublure_fixtures::{Contract, contract::Operation};
use doublure_journal::{Moment, ResponseSeen};

use super::ForeignGateway;
use crate::{
    cast::Cast,
    probe::{self, Answer, Ask, Endpoint, STANDARD, Shown},
};

impl ForeignGateway {
    /// Takes a second look at who answered `first` to `open`, as no gateway does: whether any operation is answered
    /// otherwise, without a token, which spends nobody's quota, or with a good one. One that is will do: a gateway
    /// that is broken is judged.
    ///
    /// # Errors
    /// It answers so to every operation that it is said to serve.
    pub(super) async fn is_no_stranger(
        &self,
        endpoint: &Endpoint,
        (open, first): (&str, &ResponseSeen),
        now: Moment,
    ) -> Result<(), String> {
        let Some(good) = self.good_token(now).filter(|_| is_strange(first)) else {
            return Ok(());
        };
        let asks = self.operations();
        for token in [None, Some(&good)] {
            for ask in &asks {
                let patience = probe::after(self.patience.answer());
                match probe::send(endpoint, ask, token, patience).await {
                    Answer::Whole(response) if is_strange(&response) => {}
                    _ => return Ok(()),
                }
            }
        }
        let (base, status, count) = (&self.base_url, first.status, asks.len());
        let form = first.header(CONTENT_TYPE).unwrap_or("no media type");
        Err(format!(
            "`gateway.base_url`: {base} is no gateway: it answers {status} with {form} to GET {open} and in that manner to each of the \
             {count} operations that it is to serve, with a good token, too: is this its address, with the path that its routes begin with?"
        ))
    }

    /// A question about nobody for each operation that it is said to serve.
    fn operations(&self) -> Vec<Ask> {
        let contract = Contract::built_in();
        let cast = Cast::new(0);
        let served = |id: &String| {
            let served = self.offer.served.as_ref();
            served.is_none_or(|served| served.contains(id))
        };
        let operations = contract
            .operations()
            .iter()
            .filter(|known| served(&known.id));
        let ask = |operation: &Arc<Operation>| Ask {
            from: None,
            ..Ask::operation(operation, cast.nobody())
        };
        operations.map(ask).collect()
    }

    fn good_token(&self, now: Moment) -> Option<Shown> {
        let minted = self.mint.as_ref().map(|mint| mint.tokens(now, 0));
        let mut tokens = minted.unwrap_or_default();
        tokens.extend(self.tokens.clone());
        Shown::by_name(STANDARD, &tokens)
    }
}

/// An answer that no gateway gives on a route of its own: there is nothing, or a page for people.
fn is_strange(response: &ResponseSeen) -> bool {
    let form = response.header(CONTENT_TYPE).unwrap_or_default();
    let text = response.body.as_ref().map(|body| body.text.trim_start());
    let is_json = form.contains("json") || text.is_some_and(|text| text.starts_with(['{', '[']));
    let is_page = form.starts_with("text/html");
    !is_json && (matches!(response.status, 404 | 405 | 501) || (response.status == 200 && is_page))
}

const CONTENT_TYPE: &str = "content-type";

#[cfg(test)]
mod tests {
    use doublure_journal::Body;

    use super::*;

    fn answer(status: u16, form: &str, text: &str) -> ResponseSeen {
        ResponseSeen {
            status,
            headers: vec![("Content-Type".to_owned(), form.to_owned())],
            body: Some(Body {
                text: text.to_owned(),
                ..Body::default()
            }),
        }
    }

    #[test]
    fn a_page_or_nothing_at_all_is_what_no_gateway_answers() {
        for strange in [
            answer(404, "text/html;charset=utf-8", "<!DOCTYPE HTML>"),
            answer(404, "text/plain", "404 page not found"),
            answer(405, "text/html", ""),
            answer(501, "text/html", "<html>"),
            answer(200, "text/html", "<!doctype html>"),
        ] {
            assert!(is_strange(&strange), "{strange:?}");
        }
    }

    #[test]
    fn errors_of_a_gateway_are_its_own_however_badly_they_are_said() {
        for broken in [
            answer(404, "application/json", "{}"),
            answer(404, "text/html", " {\"errors\":[]}"),
            answer(200, "text/html", "{}"),
            answer(200, "application/pdf", "%PDF"),
            answer(401, "text/html", "<html>"),
            answer(429, "text/html", "<html>"),
            answer(502, "text/html", "<html>"),
        ] {
            assert!(!is_strange(&broken), "{broken:?}");
        }
    }
}
