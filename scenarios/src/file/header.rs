//! What HTTP lets stand in a header.

/// RFC 9110, 5.6.2: a token.
pub(super) fn is_header_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(fits)
}

/// The text, where it is a name of a fault or a state: it may stand in a header.
pub(super) fn plain_name(text: &str) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "`{text}` is no name: use letters without accents, digits, `-`, `_` and `.`"
    ))
}

/// The text, where it can be a header's value.
pub(super) fn header_value(text: &str) -> Result<String, String> {
    if text
        .chars()
        .all(|sign| sign == ' ' || sign.is_ascii_graphic())
    {
        return Ok(text.to_owned());
    }
    Err("a header's value holds visible ASCII signs and blanks, on one line".to_owned())
}
