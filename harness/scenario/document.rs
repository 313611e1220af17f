//! The documents of which the catalogue has entries: what their ids begin with, their names, and
//! where their sections are to be read.

/// A document with rules.
#[derive(Debug, Eq, PartialEq)]
pub struct Document {
    /// What the ids of its entries begin with, up to the first hyphen: `9112` of `9112-9.6-p6-1`.
    pub id: &'static str,
    /// Its name, e.g. `RFC 9112`.
    pub name: &'static str,
    /// Where it is to be read.
    address: &'static str,
    /// The sections that the catalogue knows: number, what it is about in a few words, and the
    /// fragment of its address. A section that is not listed is found through the one around it.
    sections: &'static [(&'static str, &'static str, &'static str)],
}

impl Document {
    /// The document of the entry with that id.
    #[must_use]
    pub fn of(id: &str) -> Option<&'static Self> {
        let (document, _) = id.split_once('-')?;
        DOCUMENTS.iter().find(|known| known.id == document)
    }

    /// Where it stands among all documents; those that are not known come last.
    #[must_use]
    pub fn order(id: &str) -> usize {
        let known = DOCUMENTS.iter().position(|known| known.id == id);
        known.unwrap_or(DOCUMENTS.len())
    }

    /// What a section is about, in a few words; empty where that is not known.
    #[must_use]
    pub fn title(&self, section: &str) -> &'static str {
        let mut sections = self.sections.iter();
        let known = sections.find(|(number, ..)| *number == section);
        known.map_or("", |(_, title, _)| title)
    }

    /// The address of a section.
    #[must_use]
    pub fn link(&self, section: &str) -> String {
        if self.is_rfc() {
            let appendix = section.starts_with(|first: char| first.is_ascii_alphabetic());
            let word = if appendix { "appendix" } else { "section" };
            return format!("{}#{word}-{section}", self.address);
        }
        let mut around = Some(section);
        while let Some(section) = around {
            let mut sections = self.sections.iter();
            let found = sections.find(|(number, ..)| *number == section);
            if let Some((.., fragment)) = found.filter(|(.., fragment)| !fragment.is_empty()) {
                return format!("{}#{fragment}", self.address);
            }
            around = section.rsplit_once('.').map(|(around, _)| around);
        }
        String::from(self.address)
    }

    fn is_rfc(&self) -> bool {
        self.id.bytes().all(|digit| digit.is_ascii_digit())
    }
}

/// All of them, in the order in which reports show them.
pub const DOCUMENTS: &[Document] = &[
    Document {
        id: "9110",
        name: "RFC 9110",
        address: "https://www.rfc-editor.org/rfc/rfc9110",
        sections: &[
            ("2", "Conformance", ""),
            ("3", "Terminology", ""),
            ("4", "Identifiers", ""),
            ("5", "Fields", ""),
            ("6", "Message abstraction", ""),
            ("7", "Routing", ""),
            ("8", "Representations", ""),
            ("9", "Methods", ""),
            ("10", "Message context", ""),
            ("11", "Authentication", ""),
            ("12", "Negotiation", ""),
            ("13", "Conditional requests", ""),
            ("14", "Range requests", ""),
            ("15", "Status codes", ""),
            ("16", "Extending HTTP", ""),
            ("17", "Security", ""),
        ],
    },
    Document {
        id: "9112",
        name: "RFC 9112",
        address: "https://www.rfc-editor.org/rfc/rfc9112",
        sections: &[
            ("2", "Message", ""),
            ("3", "Request line", ""),
            ("4", "Status line", ""),
            ("5", "Field syntax", ""),
            ("6", "Message body", ""),
            ("7", "Transfer codings", ""),
            ("8", "Incomplete messages", ""),
            ("9", "Connections", ""),
            ("10", "Enclosing messages", ""),
            ("11", "Security", ""),
            ("C", "Earlier versions", ""),
        ],
    },
    Document {
        id: "8288",
        name: "RFC 8288",
        address: "https://www.rfc-editor.org/rfc/rfc8288",
        sections: &[("2", "Links", ""), ("3", "Links in fields", "")],
    },
    Document {
        id: "jsonrpc",
        name: "JSON-RPC 2.0",
        address: "https://www.jsonrpc.org/specification",
        sections: &[
            ("2", "Conventions", "conventions"),
            ("3", "Compatibility", "compatibility"),
            ("4", "Request object", "request_object"),
            ("4.1", "Notification", "notification"),
            ("4.2", "Parameter structures", "parameter_structures"),
            ("5", "Response object", "response_object"),
            ("5.1", "Error object", "error_object"),
            ("6", "Batch", "batch"),
            ("7", "Examples", "examples"),
            ("8", "Extensions", "extensions"),
        ],
    },
    Document {
        id: "graphql",
        name: "GraphQL over HTTP",
        address: "https://http-spec.graphql.org/September2026/",
        sections: &[
            ("2", "URL", "sec-URL"),
            ("3", "Serialization format", "sec-Serialization-Format"),
            ("3.1", "Media types", "sec-Media-Types"),
            ("4", "Request", "sec-Request"),
            ("4.1", "Parameters", "sec-GraphQL-over-HTTP-Request"),
            ("4.2", "Accept", "sec-Accept"),
            ("4.3", "GET", "sec-GET"),
            ("4.4", "POST", "sec-POST"),
            ("4.4.1", "JSON encoding", "sec-JSON-Encoding"),
            ("5", "Response", "sec-Response"),
            ("5.1", "Body", "sec-Body"),
            ("5.2", "Validation", "sec-Validation"),
            ("5.3", "Execution", "sec-Execution"),
            ("5.4", "Status codes", "sec-Status-Codes"),
        ],
    },
    Document {
        id: "xmlrpc",
        name: "XML-RPC",
        address: "http://xmlrpc.com/spec.md",
        sections: &[
            ("2", "Header requirements", ""),
            ("3", "Payload format", ""),
            ("4", "Scalar values", ""),
            ("5", "Structs", ""),
            ("6", "Arrays", ""),
            ("7", "Response", ""),
            ("8", "Fault", ""),
        ],
    },
];

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "9112-9.6-p6-1",
        "9.6",
        "https://www.rfc-editor.org/rfc/rfc9112#section-9.6"
    )]
    #[case(
        "9112-C.2-1",
        "C.2",
        "https://www.rfc-editor.org/rfc/rfc9112#appendix-C.2"
    )]
    #[case(
        "jsonrpc-4.1-1",
        "4.1",
        "https://www.jsonrpc.org/specification#notification"
    )]
    #[case("jsonrpc-6.9-1", "6.9", "https://www.jsonrpc.org/specification#batch")]
    #[case(
        "graphql-4.4.1-2",
        "4.4.1",
        "https://http-spec.graphql.org/September2026/#sec-JSON-Encoding"
    )]
    #[case("xmlrpc-8-1", "8", "http://xmlrpc.com/spec.md")]
    #[case("jsonrpc-1-1", "1", "https://www.jsonrpc.org/specification")]
    fn a_section_has_an_address(#[case] id: &str, #[case] section: &str, #[case] link: &str) {
        assert_eq!(Document::of(id).unwrap().link(section), link);
    }

    #[test]
    fn what_is_no_document_has_none() {
        assert_eq!(Document::of("9113-1-1"), None);
        assert_eq!(Document::of("9112"), None);
        assert_eq!(Document::order("9113"), DOCUMENTS.len());
        assert_eq!(DOCUMENTS[1].title("9.6"), "");
    }
}
