//! XML as text: elements, with what they hold made harmless.

use quick_xml::escape;

/// An element that holds a text.
pub(crate) fn text(name: &str, content: &str) -> String {
    element(name, &[], &escaped(content))
}

/// An element; `content` is XML already.
pub(crate) fn element(name: &str, attributes: &[(&str, &str)], content: &str) -> String {
    let attributes: String = attributes
        .iter()
        .map(|(name, value)| format!(" {name}=\"{}\"", escape::escape(*value)))
        .collect();
    format!("<{name}{attributes}>{content}</{name}>")
}

/// A text without what XML would take for its own.
pub(crate) fn escaped(text: &str) -> String {
    escape::partial_escape(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_element_holds_is_made_harmless() {
        assert_eq!(text("a", "R & D <x>"), "<a>R &amp; D &lt;x&gt;</a>");
        assert_eq!(
            element("a", &[("b", "\"c\"")], "<d/>"),
            "<a b=\"&quot;c&quot;\"><d/></a>"
        );
    }
}
