//! Does the path stand open? Documents do: their link is the secret (facts 83–86).

use std::ops::ControlFlow;

use bytes::Bytes;
use doublure_journal::Moment;
use http::{Method, Response, StatusCode};
use serde_json::json;

use crate::{
    Gateway,
    answers::desk,
    arguments::Arguments,
    ask,
    call::{self, Call, Flow, Media, Verdict},
    documents::{self, Content, File, Folder, Found},
    refusal::Refusal,
    sources::Question,
    trouble::{Class, Trouble},
};

/// Whether a call follows a link to a document.
pub(crate) fn is_one(call: &Call) -> bool {
    Folder::of(call.path()).is_some() && call.exchange.request.method() == Method::GET
}

/// Serves documents while their link lives.
pub(crate) async fn step(gateway: &Gateway, call: &Call, now: Moment) -> Flow {
    let path = call.path();
    let Some(folder) = Folder::of(path) else {
        return ControlFlow::Continue(());
    };
    let found = gateway.documents_locked().find(path, now);
    ControlFlow::Break(match (folder, found) {
        (Folder::Download, Found::Live(Content::There(file))) => hop(gateway, call, &file, now),
        (_, Found::Live(Content::Here(content))) => document(content),
        (_, Found::Live(Content::There(file))) => fetched(gateway, call, &file).await,
        (Folder::Download, Found::Over) => Verdict::code("00403"),
        (Folder::Download, Found::Unknown) => Verdict::code("00314"),
        // A link that is over is one that never was.
        (_, Found::Over | Found::Unknown) => nothing(),
    })
}

fn document(content: Bytes) -> Verdict {
    let media = documents::media_of(&content);
    Verdict::Answer(call::answer(StatusCode::OK, media, content))
}

fn nothing() -> Verdict {
    let empty: Response<Bytes> = call::answer(StatusCode::NOT_FOUND, call::TEXT, Bytes::new());
    Verdict::Answer(empty)
}

/// The link to the file, under which it is fetched.
fn hop(gateway: &Gateway, call: &Call, file: &File, now: Moment) -> Verdict {
    let chance = (gateway.session.dice(), call.lot);
    let (path, content) = desk::second_hop(file, chance);
    let life = Folder::Proxied.life(gateway.policy.document_life);
    let url = format!("{}{path}", call.base(gateway.secured));
    gateway.documents_locked().keep(path, content, now + life);
    let answer = json!({"data": {"document_url": url, "expires_in": life.as_secs()}});
    let answer = answer.to_string().into();
    Verdict::Answer(call::json(StatusCode::OK, Media::Json, answer))
}

/// The file, from its provider.
async fn fetched(gateway: &Gateway, call: &Call, file: &File) -> Verdict {
    let nothing_else = Arguments::default();
    let question = Question {
        call: file.ask.call,
        entity: &file.entity,
        arguments: &nothing_else,
        file: &file.file,
    };
    let parent = ask::parent(gateway, call, 1);
    let work = ask::put(gateway, parent, file.ask, question);
    let deadline = gateway
        .contract
        .numbers(gateway.policy.edition)
        .file_deadline;
    let done = gateway.session.clock().within(deadline, work).await;
    match done.unwrap_or_else(|_| Err(Class::Late.into())) {
        Ok(raw) => document(raw.body),
        Err(trouble) => Verdict::refused(Refusal {
            told: Some(Box::new(("provider", json!(FETCHER)))),
            ..Refusal::of(code(&trouble))
        }),
    }
}

/// The code of a file that did not come (facts 85).
fn code(trouble: &Trouble) -> &'static str {
    match (trouble.status.map(|status| status.as_u16()), trouble.class) {
        (Some(403), _) | (_, Class::Undisclosed) => "00601",
        (Some(502), _) => "00604",
        (_, Class::RateLimited) => "00602",
        (_, Class::Unavailable | Class::Unresolvable | Class::HungUp) => "00605",
        (_, Class::Late) => "00606",
        _ => "00603",
    }
}

/// Who fetches files, in `meta.provider`.
const FETCHER: &str = "DINUM";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_does_not_come_has_a_code_of_files() {
        let of_status = |status| {
            let status = StatusCode::from_u16(status).unwrap();
            code(&Trouble::of_status(status, &Bytes::new()))
        };

        assert_eq!(
            [403, 429, 500, 502, 503, 504].map(of_status),
            ["00601", "00602", "00603", "00604", "00605", "00606"]
        );
        assert_eq!(code(&Class::NotFound.into()), "00603");
    }

    #[test]
    fn a_document_has_its_media_type_and_what_is_gone_is_not_found() {
        let (Verdict::Answer(live), Verdict::Answer(gone)) =
            (document(Bytes::from_static(b"%PDF-1.7")), nothing())
        else {
            panic!("both are answers");
        };

        assert_eq!(live.headers()["content-type"], "application/pdf");
        assert_eq!(live.status(), 200);
        assert_eq!((gone.status().as_u16(), gone.body().len()), (404, 0));
    }
}
