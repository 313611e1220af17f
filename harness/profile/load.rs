//! A profile file as a whole.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use super::address::{self, Address};
use super::fields::{self, ExtraField};
use super::given::{Kind, Known};
use super::keys;
use super::model::Profile;
use super::resolve::Resolve;
use super::value::{checked, factor, path, time, tls, value};
use crate::scenario::{Diagnostics, GivenValue, Item, Library, LoadError, Log, Table, is_name};

/// Gives the value of a variable of the environment; the error is a fragment: `is not set`.
pub type Environment<'e> = dyn Fn(&str) -> Result<String, String> + 'e;

impl Profile {
    /// Reads a profile file, with the environment of this process.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is too large or no text, or something in it is wrong.
    pub fn read(path: &Path, library: &Library) -> Result<Self, LoadError> {
        let text = text(path).map_err(|source| LoadError::Read {
            path: path.to_owned(),
            source,
        })?;
        let environment = |name: &str| match std::env::var(name) {
            Ok(value) => Ok(value),
            Err(std::env::VarError::NotPresent) => Err("is not set".into()),
            Err(std::env::VarError::NotUnicode(_)) => Err("is no text".into()),
        };
        let name = path.display().to_string();
        Ok(parse(&name, &text, library, &environment)?)
    }
}

/// Reads the text of a profile. What it declares must be known to a scenario of the library, or
/// be usual.
///
/// # Errors
///
/// Everything that is wrong with it, with its places.
///
/// # Examples
///
/// ```
/// use h1check::profile::parse;
/// use h1check::scenario::Library;
///
/// let text = "address = 'http://localhost:8080/'\n[paths]\nechoo = '/echo'\n";
/// let nothing = |_: &str| Err("is not set".into());
/// let error = parse("h1check.toml", text, &Library::bundled(), &nothing).unwrap_err();
/// assert_eq!(error.to_string(), "h1check.toml:3:1: no scenario knows the path `echoo`");
/// ```
pub fn parse(
    path: &str,
    text: &str,
    library: &Library,
    environment: &Environment<'_>,
) -> Result<Profile, Diagnostics> {
    let log = Log::new(path, text);
    let mut profile = Profile::default();
    if let Some(tree) = log.tree(text) {
        let file = Table::root(&log, &tree, &keys::FILE);
        let mut reader = Reader {
            log: &log,
            known: Known::new(library),
            environment,
            profile: &mut profile,
        };
        reader.read(&file);
    }
    log.finish()?;
    Ok(profile)
}

/// The text of a file that is not endless.
fn text(path: &Path) -> io::Result<String> {
    let mut octets = Vec::new();
    let read = File::open(path)?
        .take(LARGEST + 1)
        .read_to_end(&mut octets)?;
    let wrong = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
    if read as u64 > LARGEST {
        return Err(wrong("it is larger than 1 MiB, so it is no profile".into()));
    }
    String::from_utf8(octets).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        wrong(format!("it is no text: octet {at} is not UTF-8"))
    })
}

struct Reader<'r> {
    log: &'r Log,
    known: Known<'r>,
    environment: &'r Environment<'r>,
    profile: &'r mut Profile,
}

impl Reader<'_> {
    fn read(&mut self, file: &Table<'_>) {
        let profile = &mut *self.profile;
        profile.address = file
            .get("address")
            .and_then(|item| checked(&item, Address::parse(item.text()?), ADDRESS));
        profile.authority = file.get("authority").and_then(|item| {
            let text = item.text()?;
            checked(
                &item,
                address::check_authority(text),
                "host and port, as `Host` has them",
            )?;
            Some(text.to_owned())
        });
        let count = file
            .get("connections")
            .and_then(|item| item.count(1..=MOST_CONNECTIONS));
        profile.connections = count.and_then(|count| usize::try_from(count).ok());
        profile.patience = file.get("patience").and_then(|item| time(&item));
        profile.slack = file.get("slack").and_then(|item| factor(&item));
        if let Some(table) = file.get("tls").and_then(|item| item.table(&keys::TLS)) {
            profile.tls = tls(&table);
        }
        self.resolve(file);
        self.paths(file);
        self.given(file);
        self.fields(file);
    }

    fn resolve(&mut self, file: &Table<'_>) {
        let items = file.get("resolve").map(|item| item.one_or_list());
        for item in items.unwrap_or_default() {
            let parsed = item
                .text()
                .and_then(|text| checked(&item, Resolve::parse(text), RESOLVE));
            let Some(resolve) = parsed else { continue };
            if let Some(Address::Tcp(origin)) = &self.profile.address {
                let (host, port) = origin.host_and_port();
                if !resolve.is_for(host, port) {
                    item.note(format!(
                        "the address is not at {}:{}",
                        resolve.host, resolve.port
                    ))
                    .advice(format!("its host and port are {host}:{port}"));
                }
            }
            self.profile.resolve.push(resolve);
        }
    }

    fn paths(&mut self, file: &Table<'_>) {
        let table = file.get("paths").and_then(|item| item.map("the paths"));
        for item in table.map(|table| table.items()).unwrap_or_default() {
            let name = item.name();
            match name {
                "echo-has" => self.profile.echo_has = item.flag() == Some(true),
                "get" => self.profile.path = path(&item),
                "path" => {
                    self.log
                        .note(item.key.span(), "the path to ask for is called `get` here")
                        .advice("get = \"/\"");
                }
                _ => {
                    let unknown = match self.known.kind(name) {
                        None | Some(Kind::Path | Kind::Text) => None,
                        Some(_) => Some(format!("`{name}` is no path")),
                    };
                    if let Some(message) = unknown {
                        self.log
                            .note(item.key.span(), message)
                            .advice("write it under [given]");
                    } else if self.is_known(&item, "the path", |kind| kind == Kind::Path)
                        && let Some(path) = path(&item)
                    {
                        self.profile
                            .given
                            .insert(name.to_owned(), GivenValue::Text(path));
                    }
                }
            }
        }
        if self.profile.echo_has && !self.profile.given.contains_key("echo") {
            let span = file.get("paths").map_or(0..0, |item| item.span());
            self.log
                .note(span, "`echo-has` without `echo`")
                .advice("declare the path as well: echo = \"/…\"");
        }
    }

    fn given(&mut self, file: &Table<'_>) {
        let table = file.get("given").and_then(|item| item.map("the givens"));
        for item in table.map(|table| table.items()).unwrap_or_default() {
            let name = item.name();
            let kind = self.known.kind(name);
            if matches!(name, "path" | "get" | "echo-has") || kind == Some(Kind::Path) {
                let noted = self
                    .log
                    .note(item.key.span(), format!("`{name}` is a path"));
                noted.advice("write it under [paths]");
                continue;
            }
            if !self.is_known(&item, "the given", |kind| kind != Kind::Path) {
                continue;
            }
            if let Some(value) = value(&item, kind.unwrap_or(Kind::Text)) {
                self.profile.given.insert(name.to_owned(), value);
            }
        }
    }

    /// Notes a name that no scenario knows: it would lift no skip, and nobody would see why.
    fn is_known(&mut self, item: &Item<'_>, what: &str, of: impl Fn(Kind) -> bool) -> bool {
        let name = item.name();
        let known = is_name(name) && self.known.kind(name).is_some();
        if !known {
            let mut names = self.known.names(of);
            if what == "the path" {
                names.extend(["get".to_owned(), "echo-has".to_owned()]);
            }
            self.log
                .note(
                    item.key.span(),
                    format!("no scenario knows {what} `{name}`"),
                )
                .suggest(name, names.iter().map(String::as_str));
        }
        known
    }

    fn fields(&mut self, file: &Table<'_>) {
        let table = file.get("fields").and_then(|item| item.map("the fields"));
        let items = table.map(|table| table.items()).unwrap_or_default();
        if let Some(item) = items.get(MOST_FIELDS) {
            item.note(format!("more than {MOST_FIELDS} fields"));
            return;
        }
        for item in items {
            let name = item.name();
            if let Err(message) = fields::check_name(name) {
                self.log
                    .note(item.key.span(), message)
                    .advice(NO_SUCH_FIELD);
                continue;
            }
            if self
                .profile
                .fields
                .iter()
                .any(|field| field.name.eq_ignore_ascii_case(name))
            {
                self.log.note(
                    item.key.span(),
                    format!("there is a field `{name}` already"),
                );
                continue;
            }
            if let Some(field) = self.field(&item) {
                self.profile.fields.push(field);
            }
        }
    }

    /// A field: a text, or `{ env = "NAME" }`. No message shows the value of a variable.
    fn field(&self, item: &Item<'_>) -> Option<ExtraField> {
        let name = item.name();
        if item.is_string() {
            let field = ExtraField::new(name, item.text()?, false);
            return checked(item, field.map_err(|why| format!("the value {why}")), "");
        }
        if !item.is_table() {
            item.wrong_type("a string or a table")
                .advice("a value, or { env = \"NAME\" } for one that is a secret");
            return None;
        }
        let table = item.table(&keys::VARIABLE)?;
        if !table.is_sound() {
            return None;
        }
        let variable = table.require("env")?;
        let env = variable.word()?;
        let value = (self.environment)(env);
        let field = value.and_then(|value| ExtraField::new(name, &value, true));
        let field = field.map_err(|why| format!("the variable `{env}` {why}"));
        checked(
            &variable,
            field,
            "it is read from the environment of h1check when a run starts",
        )
    }
}

const ADDRESS: &str =
    "e.g. \"http://127.0.0.1:8080/\", \"https://example.com/\" or \"unix:/run/server.sock\"";
const RESOLVE: &str = "e.g. \"example.com:443:127.0.0.1\"";
const NO_SUCH_FIELD: &str = "e.g. Authorization, Cookie or X-Api-Key";

/// A profile is written by hand, or by `h1check init`.
const LARGEST: u64 = 1 << 20;

/// More scenarios than this are never active.
const MOST_CONNECTIONS: u64 = 65_535;

/// More field lines than this are refused by many servers.
const MOST_FIELDS: usize = 32;
