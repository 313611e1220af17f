//! What was found as the text of a profile, with comments for what was not.

use std::time::Duration;

use super::candidate::UNSEEN;
use super::found::{Idle, Survey};
use crate::peer::tls::Tls;
use crate::profile::{Declaration, Resolve};

impl Survey {
    /// The text of a profile, with the settings with which the server was looked at.
    #[must_use]
    pub fn to_profile(&self, taken: &Taken) -> String {
        let address = taken.address.as_str();
        let mut text = format!(
            "# What is declared of the server at {}, for `h1check server`.\n\
             # Written by `h1check init`; a comment says what was seen. `#` in front: not found.\n",
            comment(address)
        );
        if let Some(server) = &self.server {
            text += &format!("# It calls itself {}.\n", comment(server));
        }
        for note in &self.notes {
            text += &format!("# {}\n", comment(note));
        }
        text += &format!("\naddress = {}\n", quoted(address));
        if let Some(authority) = &taken.authority {
            text += &format!("authority = {}\n", quoted(authority));
        }
        if !taken.resolve.is_empty() {
            let all: Vec<String> = taken
                .resolve
                .iter()
                .map(|it| quoted(&it.to_string()))
                .collect();
            text += &format!("resolve = [{}]\n", all.join(", "));
        }
        text += if self.one_at_a_time {
            "connections = 1    # a second one was not served while the first was open\n"
        } else {
            "# connections = 64 # how many it holds at once; it held two\n"
        };
        text += &taken.tls();
        text += &self.paths(&taken.declarations);
        text += &self.given(&taken.declarations);
        text +=
            "\n# Field lines for every request. What comes from the environment is in no report.\n";
        text += &taken.fields();
        text
    }

    fn paths(&self, declarations: &[Declaration]) -> String {
        let mut lines: Vec<(String, String)> = Vec::new();
        let get = self.get.path.as_deref().unwrap_or("/");
        lines.push((format!("get = {}", quoted(get)), self.get.seen.clone()));
        let mut missing: Vec<(String, String)> = Vec::new();
        for (name, finding) in &self.paths {
            match &finding.path {
                Some(path) => {
                    lines.push((format!("{name} = {}", quoted(path)), finding.seen.clone()))
                }
                None => missing.push((format!("# {name} = \"/…\""), finding.seen.clone())),
            }
            if name == "echo" && self.echo_has {
                lines.push((
                    "echo-has = true".into(),
                    "the content is somewhere inside".into(),
                ));
            }
        }
        for declaration in declarations.iter().filter(|one| one.is_path) {
            let name = &declaration.name;
            if !self.paths.iter().any(|(known, _)| known == name) {
                let what = UNSEEN.iter().find(|(known, _)| known == name);
                let what = what.map_or("is not found out by looking", |(_, what)| what);
                missing.push((format!("# {}", declaration.line), what.to_owned()));
            }
        }
        format!("\n[paths]\n{}{}", aligned(&lines), aligned(&missing))
    }

    fn given(&self, declarations: &[Declaration]) -> String {
        let mut text = String::from("\n[given]\n");
        text += &match self.idle {
            Idle::For(time) => format!(
                "idle-timeout = \"{}\"    # it ended an idle connection after {time:.3?}\n",
                rounded(time)
            ),
            Idle::Beyond(time) => format!(
                "# idle-timeout = \"75s\"    # an idle connection was still open after {time:?} (--idle-bound)\n"
            ),
            Idle::Never => {
                "# idle-timeout = \"5s\"    # it ends a connection behind its response\n".into()
            }
        };
        for declaration in declarations.iter().filter(|one| !one.is_path) {
            let what = match declaration.name.as_str() {
                "idle-timeout" => continue,
                "head-timeout" => "    # from the first octet of a head to its end",
                "content-timeout" => "    # without a further octet of the content",
                "in-the-clear" => {
                    "    # nobody in front of it ends TLS, and it trusts none to do so"
                }
                _ => "",
            };
            text += &format!("# {}{what}\n", declaration.line);
        }
        text
    }
}

/// The settings with which a server was looked at.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// The address, as a profile has it.
    pub address: String,
    /// What `Host` said, where the address does not tell it.
    pub authority: Option<String>,
    /// Where it was connected to instead.
    pub resolve: Vec<Resolve>,
    /// How TLS was spoken.
    pub tls: Tls,
    /// Field names, and the variables of the environment that their values came from.
    pub fields: Vec<(String, String)>,
    /// What else can be declared: each gets a comment.
    pub declarations: Vec<Declaration>,
}

impl Taken {
    fn tls(&self) -> String {
        let Tls {
            roots,
            insecure,
            server_name,
            // It is for the one who looks, not for the server.
            key_log: _,
        } = &self.tls;
        let roots = roots.as_ref().map(|path| path.display().to_string());
        let mut lines = String::new();
        for (key, value) in [
            ("cacert", roots.as_ref()),
            ("server-name", server_name.as_ref()),
        ] {
            if let Some(value) = value {
                lines += &format!("{key} = {}\n", quoted(value));
            }
        }
        if *insecure {
            lines += "insecure = true\n";
        }
        if lines.is_empty() {
            return lines;
        }
        format!("\n[tls]\n{lines}")
    }

    fn fields(&self) -> String {
        if self.fields.is_empty() {
            return "# [fields]\n# Authorization = { env = \"TOKEN\" }\n".into();
        }
        let line = |(name, variable): &(String, String)| {
            format!("{} = {{ env = {} }}\n", quoted(name), quoted(variable))
        };
        let lines: String = self.fields.iter().map(line).collect();
        format!("[fields]\n{lines}")
    }
}

/// A length of time as its owner may have set it: to a tenth of a second.
fn rounded(time: Duration) -> String {
    let tenths = (time.as_secs_f64() * 10.0).round().max(1.0) as u64;
    if tenths.is_multiple_of(10) {
        format!("{}s", tenths / 10)
    } else {
        format!("{}ms", tenths * 100)
    }
}

/// Lines with their comments in one column.
fn aligned(lines: &[(String, String)]) -> String {
    let length = |line: &String| line.chars().count();
    let width = lines
        .iter()
        .map(|(line, _)| length(line))
        .max()
        .unwrap_or_default()
        .min(WIDEST);
    let mut text = String::new();
    for (line, why) in lines {
        let blank = " ".repeat(width.saturating_sub(length(line)));
        text += &format!("{line}{blank}  # {}\n", comment(why));
    }
    text
}

/// A TOML string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            letter if letter.is_control() => out += &format!("\\u{:04X}", u32::from(letter)),
            letter => out.push(letter),
        }
    }
    out + "\""
}

/// What a server says cannot end a comment, and is not endless.
fn comment(text: &str) -> String {
    let plain = text
        .chars()
        .map(|letter| if letter.is_control() { '?' } else { letter });
    let mut plain: String = plain.take(LONGEST_COMMENT + 1).collect();
    if plain.chars().count() > LONGEST_COMMENT {
        plain.pop();
        plain.push('…');
    }
    plain
}

/// Comments begin in this column at the latest.
const WIDEST: usize = 40;

const LONGEST_COMMENT: usize = 160;
