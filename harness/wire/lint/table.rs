//! The one list of all passive checks: what each looks at, whose messages, and by which rule.
//!
//! A new lint is an entry here, the code that notes it, and a row of the table of its tests.

/// Who sends the messages that a lint looks at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sender {
    /// A server, or a gateway towards its clients: responses.
    Server,
    /// A client: requests.
    Client,
    /// An intermediary that passes on what others made: both.
    Intermediary,
}

impl Sender {
    /// Its word in the catalogue.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
            Self::Intermediary => "intermediary",
        }
    }
}

/// One passive check.
#[derive(Debug, Eq, PartialEq)]
pub struct Lint {
    /// Its name, e.g. `allow-missing`.
    pub id: &'static str,
    /// The catalogue id of the rule.
    pub requirement: &'static str,
    /// Entries of the catalogue that state the same rule in another place.
    pub restated: &'static [&'static str],
    /// Entries that grant a freedom which this lint leaves alone.
    pub permits: &'static [&'static str],
    /// Whose messages it looks at.
    pub senders: &'static [Sender],
    /// What is right, as a sentence without its full stop.
    pub rule: &'static str,
}

impl Lint {
    /// Whether it is a check of an entry of the catalogue.
    #[must_use]
    pub fn checks(&self, requirement: &str) -> bool {
        self.requirement == requirement || self.restated.contains(&requirement)
    }
}

macro_rules! lints {
    ($($name:ident: $id:literal by $requirement:literal
        $(as $($restated:literal)+)? $(, permits $($permitted:literal)+)?;
        $($sender:ident)+: $rule:literal;)+) => {
        $(pub(super) static $name: Lint = Lint {
            id: $id,
            requirement: $requirement,
            restated: &[$($($restated),+)?],
            permits: &[$($($permitted),+)?],
            senders: &[$(Sender::$sender),+],
            rule: $rule,
        };)+

        /// All lints.
        pub static LINTS: &[&Lint] = &[$(&$name),+];
    };
}

lints! {
    // Lines and start-lines.
    BARE_LF: "bare-lf" by "9112-2.1-p2-1"; Server Client Intermediary:
        "Every line of a head ends in CR LF, not in LF alone";
    EMPTY_LINE: "empty-line" by "9112-2.1-p2-1"; Server:
        "No empty line stands before a status-line";
    EMPTY_LINE_BEFORE_REQUEST: "empty-line-before-request" by "9112-2.2-p5-1"; Client:
        "No empty line stands before or behind a request";
    BARE_CR: "bare-cr" by "9112-2.2-p4-1"; Server Client:
        "Outside of content every CR is followed by LF";
    BARE_CR_RELAYED: "bare-cr-relayed" by "9112-2.2-p4-2"; Intermediary:
        "A bare CR that was received is not sent on";
    WHITE_LED: "white-led" by "9112-2.2-p7-1"; Server Client Intermediary:
        "The line behind the start-line is not led by white space";
    STATUS_LINE: "status-line" by "9112-4-p2-1", permits "9112-4-p1-1"; Server Intermediary:
        "A status-line is version, SP, three digits, SP and perhaps a phrase";
    STATUS_CODE: "status-code" by "9112-4-p5-1"; Server Intermediary:
        "A status code has three digits";
    LAST_SPACE: "last-space" by "9112-4-p9-2"; Server Intermediary:
        "A SP stands behind the status code, also where no phrase follows";
    REASON: "reason" by "9112-4-p8-1"; Server Intermediary:
        "The reason-phrase holds no control octet";
    REQUEST_LINE: "request-line" by "9112-3-p2-1"; Client Intermediary:
        "A request-line is method, SP, request-target, SP, version";
    VERSION: "version" by "9112-2.3-p3-1"; Server Client Intermediary:
        "The version is HTTP/1.0 or HTTP/1.1";
    TARGET: "target" by "9112-3.2-p2-1"; Client Intermediary:
        "The request-target has a form that is allowed for the method, and no raw octets";
    CONNECT_PORT: "connect-port" by "9110-9.3.6-1"; Client Intermediary:
        "The request-target of CONNECT has a port";
    STATUS_RANGE: "status-range" by "9110-15-p1"; Server:
        "The status code lies from 100 to 599";

    // Field lines.
    FIELD_LINE: "field-line" by "9112-5-p2-1" as "9112-7.1.2-p2-1"; Server Client Intermediary:
        "A field line is a token, a colon and a value without control octets";
    FOLD: "fold" by "9112-5.2-p3-1"; Server Client Intermediary:
        "No field line is folded";
    DOUBLED: "doubled" by "9110-5.3-3"; Server Client:
        "A field whose value is no list stands once";
    WIDE_GAP: "wide-gap" by "9110-5.6.3-1"; Server Client:
        "White space before a value and between the members of a list is one SP at most";
    TRAILING_SPACE: "trailing-space" by "9110-5.6.3-2"; Server Client:
        "No white space stands behind a value";
    WORD_GAP: "word-gap" by "9110-5.6.3-3"; Server Client:
        "Products, comments and the parts of a Via member are apart by one SP";
    QUOTED_PAIR: "quoted-pair" by "9110-5.6.4-2"; Server Client:
        "A quoted-string escapes nothing but quotes and backslashes";
    COMMENT_PAIR: "comment-pair" by "9110-5.6.4-3"; Server Client:
        "A comment escapes nothing but parentheses and backslashes";
    PARAMETER_SPACE: "parameter-space" by "9110-5.6.6-p1"; Server Client:
        "No white space stands around the = of a parameter";
    EMPTY_MEMBER: "empty-member" by "9110-5.6.1.1-1"; Server Client:
        "A list has no empty elements";
    DATE_FORMAT: "date-format" by "9110-5.6.7-2"; Server Client:
        "A date has the format IMF-fixdate";
    DATE_SPACE: "date-space" by "9110-5.6.7-3"; Server Client:
        "The words of a date are apart by one SP";
    TOKENS: "tokens" by "9110-2.2-1", permits "9110-10.2.1-2" "9110-14.3-3"; Server Client:
        "Allow, Vary, Connection, Upgrade and the like are lists of tokens";
    MEDIA_TYPE: "media-type" by "9110-2.2-1", permits "9110-8.3.1-1"; Server Client:
        "Content-Type is a type, a subtype and parameters";
    PRODUCTS: "products" by "9110-2.2-1", permits "9110-10.2.4-1"; Server Client:
        "Server and User-Agent consist of products and comments";
    VIA: "via" by "9110-2.2-1"; Server Client:
        "A member of Via is a protocol, a host or pseudonym, and perhaps a comment";
    CONTENT_RANGE: "content-range" by "9110-2.2-1"; Server Client:
        "Content-Range is a unit, a range or *, and a length or *";
    CHALLENGE: "challenge" by "9110-2.2-1", permits "9110-11.6.1-2"; Server Client:
        "Challenges and credentials are a scheme with a token68 or parameters";
    CHALLENGE_PARAMS: "challenge-params" by "9110-11.2-1"; Server:
        "A parameter stands once in a challenge";
    REALM: "realm" by "9110-11.5-2"; Server Client:
        "A realm is a quoted-string";
    ENTITY_TAG: "entity-tag" by "9110-8.8.3-p1"; Server:
        "An entity tag is quoted, perhaps behind W/";
    RETRY_AFTER: "retry-after" by "9110-10.2.3-p1"; Server:
        "Retry-After is a date or a number of seconds";
    LOCATION: "location" by "9110-10.2.2-p2"; Server:
        "Location is a URI reference";
    EMPTY_HOST: "empty-host" by "9110-4.2.1-1"; Server Client:
        "An http URI has a host";
    EMPTY_SECURE_HOST: "empty-secure-host" by "9110-4.2.2-1"; Server Client:
        "An https URI has a host";
    USERINFO: "userinfo" by "9110-4.2.4-1"; Server Client:
        "An http or https URI has no userinfo";
    IDENTITY: "identity" by "9110-8.4-2"; Server Client:
        "Content-Encoding does not list identity";
    TYPE_MISSING: "type-missing" by "9110-8.3-1"; Server:
        "Content of a response has a Content-Type, unless its type is unknown";
    WEIGHT: "weight" by "9110-12.4.2-1", permits "9110-12.5.3-1"; Server Client:
        "A weight lies from 0 to 1 and has three decimals at most";
    WEIGHT_LAST: "weight-last" by "9110-12.5.1-1"; Server Client:
        "The weight is the last parameter of a media range in Accept";
    KEEP_ALIVE_OPTION: "keep-alive-option" by "9110-7.6.1-1"; Server Client:
        "With Keep-Alive goes the connection option keep-alive";
    CLOSE_FIELD: "close-field" by "9112-9.6-p4-1"; Server Client Intermediary:
        "No field has the name Close";
    UPGRADE_OPTION: "upgrade-option" by "9110-7.8-11", permits "9110-7.8-9";
        Server Client Intermediary:
        "With Upgrade goes the connection option upgrade";
    END_TO_END: "end-to-end" by "9110-7.6.1-4"; Server Client:
        "No connection option names a field that is meant for every recipient";

    // Framing.
    LENGTH: "length" by "9112-6.3-p1-1"; Server Client Intermediary:
        "The octets of a message are those that its framing fields announce";
    LENGTH_LIST: "length-list" by "9110-2.2-1"; Server Client:
        "Content-Length is one number";
    LENGTH_AND_CODING: "length-and-coding" by "9112-6.2-p2-1"; Server Client Intermediary:
        "Content-Length does not stand beside Transfer-Encoding";
    CHUNKED_TWICE: "chunked-twice" by "9112-6.1-p4-2"; Server Client Intermediary:
        "The chunked coding is applied once";
    CHUNKED_LAST: "chunked-last" by "9112-6.1-p4-3"; Client:
        "The last transfer coding of a request is chunked";
    CHUNK: "chunk" by "9112-7.1-p2-1"; Server Client Intermediary:
        "A chunk is its size in hexadecimal digits, CR LF, so many octets, CR LF";
    CHUNK_EXTENSION: "chunk-extension" by "9112-7.1.1-p2-1"; Server Client Intermediary:
        "A chunk extension is a semicolon, a token and perhaps a value";
    BAD_WHITE_SPACE: "bad-white-space" by "9110-5.6.3-5"; Server Client:
        "No white space stands where it is only tolerated";
    CODING_WITHOUT_CONTENT: "coding-without-content" by "9112-6.1-p10-1"; Server Intermediary:
        "A 1xx or 204 response has no Transfer-Encoding";
    LENGTH_WITHOUT_CONTENT: "length-without-content" by "9110-8.6-7"; Server:
        "A 1xx or 204 response has no Content-Length";
    CODING_OF_TUNNEL: "coding-of-tunnel" by "9112-6.1-p10-2" as "9110-9.3.6-6";
        Server Intermediary:
        "A 2xx response to CONNECT has no Transfer-Encoding";
    LENGTH_OF_TUNNEL: "length-of-tunnel" by "9110-8.6-8" as "9110-9.3.6-6"; Server:
        "A 2xx response to CONNECT has no Content-Length";
    CODING_TO_10: "coding-to-1.0" by "9112-6.1-p13-2"; Server Intermediary:
        "A response to an HTTP/1.0 request has no Transfer-Encoding";
    BEHIND_NO_CONTENT: "behind-no-content" by "9112-6.3-p2.1.1-1"
        as "9110-6.4.1-p1" "9110-15.3.5-p1" "9110-15.4.5-p1"; Server Intermediary:
        "Nothing follows the head of a response to HEAD, or of a 204 or 304 response";
    BEHIND_INTERIM: "behind-interim" by "9110-15.2-p1"; Server Intermediary:
        "Nothing but another response follows the head of a 1xx response";
    CONTENT_IN_205: "content-in-205" by "9110-15.3.6-1"; Server:
        "A 205 response has no content";
    TRAILER: "trailer" by "9110-6.5.1-1", permits "9110-8.8.3-2" "9110-14.3-4"; Server Client:
        "A trailer section has no field that has to be known before the content";

    // What a response has to have, or must not.
    INTERIM_TO_10: "interim-to-1.0" by "9110-15.2-1"; Server Intermediary:
        "An HTTP/1.0 request is not answered with 1xx";
    DATE_MISSING: "date-missing" by "9110-6.6.1-2", permits "9110-6.6.1-3"; Server:
        "A 2xx, 3xx or 4xx response has Date";
    SWITCHING: "switching" by "9110-15.2.2-1" as "9110-7.8-4"; Server:
        "A 101 response has Upgrade";
    CHALLENGE_MISSING: "challenge-missing" by "9110-15.5.2-1" as "9110-11.6.1-1"; Server:
        "A 401 response has WWW-Authenticate";
    ALLOW_MISSING: "allow-missing" by "9110-15.5.6-1" as "9110-10.2.1-1"; Server:
        "A 405 response has Allow";
    UPGRADE_REQUIRED: "upgrade-required" by "9110-15.5.22-1" as "9110-7.8-8"; Server:
        "A 426 response has Upgrade";
    METADATA_IN_304: "metadata-in-304" by "9110-15.4.5-2" as "9110-13.1.3-7"; Server:
        "A 304 response says nothing about a content that it does not have";

    MODIFIED_LATER: "modified-later" by "9110-8.8.2.1-3"; Server:
        "Last-Modified is not later than Date";
    LOCATION_OF_301: "location-of-301" by "9110-15.4.2-1"; Server:
        "A 301 response has Location";
    LOCATION_OF_302: "location-of-302" by "9110-15.4.3-1"; Server:
        "A 302 response has Location";
    LOCATION_OF_307: "location-of-307" by "9110-15.4.8-2"; Server:
        "A 307 response has Location";
    LOCATION_OF_308: "location-of-308" by "9110-15.4.9-1"; Server:
        "A 308 response has Location";
    RANGE_MISSING: "range-missing" by "9110-15.3.7.1-1"; Server:
        "A 206 response with one part has Content-Range";
    RANGE_OF_PARTS: "range-of-parts" by "9110-15.3.7.2-2"; Server:
        "A 206 response with several parts has no Content-Range of its own";
    BOUNDARY: "boundary" by "9110-15.3.7.2-1"; Server:
        "The type multipart/byteranges has a boundary";
    RANGE_LENGTH: "range-length" by "9110-14.4-4"; Server:
        "Content-Range states the complete length, unless it is unknown";
    RANGE_UNSATISFIED: "range-unsatisfied" by "9110-15.5.17-1" as "9110-14.4-6"; Server:
        "A 416 response to byte ranges has Content-Range";
    RANGE_ELSEWHERE: "range-elsewhere" by "9110-14.4-p1"; Server:
        "Content-Range stands in 206 and 416 responses alone";

    // What a request has to have, or must not.
    HOST_MISSING: "host-missing" by "9112-3.2-p5-1"; Client Intermediary:
        "An HTTP/1.1 request has Host";
    HOST: "host" by "9112-3.2-p5-2"; Client:
        "Host is a host with an optional port, and no userinfo";
    HOST_FIRST: "host-first" by "9110-7.2-2"; Client:
        "Host is the first field";
    TE_OPTION: "te-option" by "9112-7.4-p8-1" as "9110-10.1.4-1"; Client Intermediary:
        "With TE goes the connection option TE";
    TE_CHUNKED: "te-chunked" by "9112-7.4-p2-1"; Client Intermediary:
        "TE does not list chunked";
    EXPECT_WITHOUT_CONTENT: "expect-without-content" by "9110-10.1.1-2"; Client:
        "Expect: 100-continue goes with content";
    LENGTH_NEEDLESS: "length-needless" by "9110-8.6-2"; Client:
        "A GET or HEAD request without content has no Content-Length";
    LENGTH_MISSING: "length-missing" by "9110-8.6-1"; Client:
        "A POST, PUT or PATCH request says how long its content is";

    // Links.
    LINK: "link" by "8288-3-1"; Server:
        "Link is a list of targets in angle brackets with their parameters";
    LINK_REL: "link-rel" by "8288-3.3-1"; Server:
        "A link says its relation with rel";
    LINK_REL_TWICE: "link-rel-twice" by "8288-3.3-2"; Server:
        "A link has rel once";
    LINK_PARAM_TWICE: "link-param-twice" by "8288-3.4.1-1"; Server:
        "A link has media, title, title* and type once at most";
}
