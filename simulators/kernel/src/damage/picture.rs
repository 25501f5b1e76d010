//! A document that is not what it says.

use bytes::Bytes;
use http::HeaderValue;

/// A picture, in place of whatever the media type announces; where that is a picture of this kind, another.
pub(super) fn instead(media: Option<&HeaderValue>) -> Bytes {
    let announced = media.is_some_and(|media| media.as_bytes().starts_with(b"image/png"));
    Bytes::from_static(if announced { GIF } else { PNG })
}

/// One white pixel.
const PNG: &[u8] = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\x0aIDATx\xdac\xf8\x0f\x00\x01\x01\x01\x00\x1c\xb0\x8c\x99\x00\x00\x00\x00IEND\xaeB`\x82";

/// The same.
const GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_announces_such_a_picture_gets_another_kind() {
        let png = HeaderValue::from_static("image/png");
        let pdf = HeaderValue::from_static("application/pdf");

        assert!(instead(Some(&png)).starts_with(b"GIF89a"));
        assert!(instead(Some(&pdf)).starts_with(b"\x89PNG"));
        assert!(instead(None).starts_with(b"\x89PNG"));
    }
}
