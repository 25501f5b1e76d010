//! Damage done to an answer that is otherwise faithful.
//!
//! - `field`: a field of its JSON that is missing, null, renamed, too many.
//! - `picture`: a document that is not what it says.
//! - `text`: a byte that UTF-8 does not have.

mod field;
mod picture;
mod text;

use bytes::Bytes;
use doublure_scenarios::Damage;
use http::{
    HeaderValue, Response,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};

/// Damages an answer. False: it has nothing that could be damaged so, and is as it was.
///
/// Status and headers stay, but for the media type where that is the damage.
pub(crate) fn apply(damage: &Damage, response: &mut Response<Bytes>) -> bool {
    let body = match damage {
        Damage::Empty => Some(Bytes::new()),
        Damage::InvalidUtf8 => Some(text::spoilt(response.body())),
        Damage::NotWhatItSays => Some(picture::instead(response.headers().get(CONTENT_TYPE))),
        Damage::MediaType(media) => {
            let Ok(media) = HeaderValue::try_from(media) else {
                return false;
            };
            response.headers_mut().insert(CONTENT_TYPE, media);
            return true;
        }
        Damage::Remove(_) | Damage::Nullify(_) | Damage::Rename { .. } | Damage::Add { .. } => {
            field::changed(damage, response.body())
        }
    };
    let Some(body) = body else {
        return false;
    };
    // Written anew for the body that goes out.
    response.headers_mut().remove(CONTENT_LENGTH);
    *response.body_mut() = body;
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn damaged(damage: &Damage) -> (bool, Response<Bytes>) {
        let mut response = answer();
        (apply(damage, &mut response), response)
    }

    fn answer() -> Response<Bytes> {
        Response::builder()
            .status(404)
            .header(CONTENT_TYPE, "application/json")
            .header(CONTENT_LENGTH, "9")
            .body(Bytes::from_static(br#"{"a":"b"}"#))
            .unwrap()
    }

    #[test]
    fn an_empty_answer_keeps_its_status_and_media_type_and_not_its_length() {
        let (done, damaged) = damaged(&Damage::Empty);

        assert!(done);
        assert_eq!((damaged.status().as_u16(), damaged.body().len()), (404, 0));
        assert_eq!(damaged.headers()[CONTENT_TYPE], "application/json");
        assert!(!damaged.headers().contains_key(CONTENT_LENGTH));
    }

    #[test]
    fn a_picture_comes_under_the_media_type_of_the_answer() {
        let (done, damaged) = damaged(&Damage::NotWhatItSays);

        assert!(done);
        assert_eq!(damaged.headers()[CONTENT_TYPE], "application/json");
        assert!(damaged.body().starts_with(b"\x89PNG"));
        assert!(!damaged.headers().contains_key(CONTENT_LENGTH));
    }

    #[test]
    fn a_wrong_media_type_leaves_the_body_as_it_is() {
        let (done, damaged) = damaged(&Damage::MediaType("text/html".into()));

        assert!(done);
        assert_eq!(damaged.headers()[CONTENT_TYPE], "text/html");
        assert_eq!(damaged.body(), answer().body());
    }

    #[test]
    fn an_answer_without_the_field_is_left_as_it_is() {
        let missing = doublure_scenarios::Pointer::parse("/data/siren").unwrap();

        let (done, untouched) = damaged(&Damage::Remove(missing));

        assert!(!done);
        assert_eq!(untouched.body(), answer().body());
    }
}
