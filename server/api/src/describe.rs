//! The description of the interface: OpenAPI for programs, and a page for people.

use crate::door::Door;
use crate::endpoint::of_item;
use crate::problem::{KINDS, MEDIA_TYPE, Problem};
use crate::{BASE, areas, once};
use app::i18n::Lang;
use domain::Message;
use domain::token::Scope;
use std::collections::BTreeMap;
use std::fmt::Write;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, Paths};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, Info, ObjectBuilder, OpenApi, OpenApiBuilder, Ref, RefOr,
    ResponseBuilder, Schema, ServerBuilder, Type,
};
use utoipa::{PartialSchema, ToSchema};

/// What the scheme of the tokens is called.
const SCHEME: &str = "token";

/// What every operation can answer beside what its own description names.
const COMMON: [(&str, &str); 4] = [
    ("401", "No token, or none that can be used."),
    ("403", "The token lacks the scope, or its owner may not."),
    ("404", "Nothing is there, or not for the token's owner to see."),
    ("500", "Something went wrong."),
];

/// What every operation that is sent something can answer besides.
const SENT: [(&str, &str); 4] = [
    ("409", "Somebody else was faster, or the same request is being worked on."),
    ("413", "More was sent than is taken."),
    ("415", "Another kind of content than is understood."),
    ("422", "Something is wrong in what was sent; all of it is told at once."),
];

fn problem() -> RefOr<Schema> {
    RefOr::Ref(Ref::from_schema_name(Problem::name()))
}

fn text(name: &str, what: &str) -> utoipa::openapi::path::Parameter {
    let schema = ObjectBuilder::new().schema_type(Type::String).build();
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .description(Some(what))
        .schema(Some(schema))
        .build()
}

/// Adds to an operation what is the same for all.
fn complete(method: &str, operation: &mut Operation, door: Door) {
    let scopes: Vec<String> = door.scope.iter().map(Scope::to_string).collect();
    operation.security = Some(vec![SecurityRequirement::new(SCHEME, scopes)]);
    let mut known = vec![text("Accept-Language", "zh-CN, en or zh-TW: the language of sentences.")];
    if method != "GET" {
        let what = "What is sent again with the same key, of up to 200 visible characters, is done once.";
        known.push(text(once::KEY, what));
    }
    operation.parameters.get_or_insert_default().extend(known);
    let more: &[(&str, &str)] = if method == "GET" { &SENT[3..] } else { &SENT };
    for (status, what) in COMMON.iter().chain(more) {
        let content = ContentBuilder::new().schema(Some(problem())).build();
        let response = ResponseBuilder::new().description(*what).content(MEDIA_TYPE, content).build();
        operation.responses.responses.entry((*status).to_owned()).or_insert(RefOr::T(response));
    }
}

/// The description, made from the handlers.
pub fn description() -> OpenApi {
    let mut paths = Paths::new();
    let mut schemas: BTreeMap<String, RefOr<Schema>> = BTreeMap::new();
    for endpoint in areas::all() {
        let mut own = endpoint.paths;
        for (path, item) in &mut own.paths {
            let place = path.trim_matches('/').replace(['/', '{', '}'], "_");
            for (method, operation) in of_item(item) {
                complete(method, operation, endpoint.door);
                operation.operation_id = Some(format!("{}_{place}", method.to_lowercase()));
            }
        }
        paths.merge(own);
        schemas.extend(endpoint.schemas);
    }
    let mut of_problem = Vec::new();
    Problem::schemas(&mut of_problem);
    schemas.extend(of_problem);
    schemas.insert(Problem::name().into_owned(), Problem::schema());
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A token of `/account/tokens`. The scopes that it needs stand at each operation."))
        .build();
    let components = ComponentsBuilder::new()
        .schemas_from_iter(schemas)
        .security_scheme(SCHEME, SecurityScheme::Http(bearer))
        .build();
    let mut info = Info::new("Baton", env!("CARGO_PKG_VERSION"));
    info.description = Some(
        "Administrative powers that are handed down: catalogue, assignments and how units absorb them, cases, and who \
         may do what. Days are those of China (UTC+8), moments are UTC, money is in fen. Failures are problem details \
         (RFC 9457)."
            .to_owned(),
    );
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([ServerBuilder::new().url(BASE).build()]))
        .paths(paths)
        .components(Some(components))
        .build()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn table(out: &mut String, caption: &str, heads: &[String], rows: &[Vec<String>]) {
    let caption = escaped(caption);
    let heads: Vec<String> =
        heads.iter().map(|head| format!("<th scope=\"col\">{}</th>", escaped(head))).collect();
    let heads = heads.concat();
    // Writing to memory does not fail.
    let _ = write!(
        out,
        "<section class=\"card\"><div class=\"cap\"><h2>{caption}</h2></div><div class=\"scroll\" tabindex=\"0\" \
         role=\"region\" aria-label=\"{caption}\"><table class=\"rows\"><caption class=\"hidden\">{caption}</caption>\
         <thead><tr>{heads}</tr></thead><tbody>"
    );
    for row in rows {
        let _ = write!(out, "<tr>{}</tr>", row.concat());
    }
    out.push_str("</tbody></table></div></section>");
}

fn cell(text: &str) -> String {
    format!("<td>{}</td>", escaped(text))
}

/// A page that lists everything, in the style of the site and without anything from elsewhere.
pub fn page(lang: Lang, style: &str) -> String {
    let title = lang.t("api-title");
    let mut out = format!(
        "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{}</title><link rel=\"icon\" href=\"data:,\">\
         <link rel=\"stylesheet\" href=\"{}\"></head><body><main id=\"main\" class=\"wrap\"><div class=\"title\">\
         <h1>{}</h1></div><p class=\"lead\">{} <a href=\"{BASE}/openapi.json\">{}</a></p>",
        lang.tag(),
        escaped(&title),
        escaped(style),
        escaped(&title),
        escaped(&lang.t("api-intro")),
        escaped(&lang.t("api-description-file")),
    );
    let mut by_tag: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for endpoint in areas::all() {
        for (path, mut item) in endpoint.paths.paths {
            for (method, operation) in of_item(&mut item) {
                let summary = operation.summary.clone().unwrap_or_default();
                let scope = endpoint.door.scope.map_or_else(|| "—".to_owned(), |scope| scope.to_string());
                let tag = operation.tags.iter().flatten().next().cloned().unwrap_or_default();
                let head =
                    format!("<th scope=\"row\"><code>{}</code></th>", escaped(&format!("{BASE}{path}")));
                let row = vec![head, cell(method), cell(&scope), cell(&summary)];
                by_tag.entry(tag).or_default().push(row);
            }
        }
    }
    let heads = ["api-path", "api-method", "api-scope", "api-summary"].map(|key| lang.t(key));
    for (tag, rows) in by_tag {
        let known = lang.has(&format!("token-area-{tag}"));
        let caption = if known { lang.t(&format!("token-area-{tag}")) } else { tag };
        table(&mut out, &caption, &heads, &rows);
    }
    let rows: Vec<Vec<String>> = KINDS
        .iter()
        .map(|(code, status, key)| {
            let head = format!("<th scope=\"row\" id=\"{code}\"><code>{code}</code></th>");
            vec![head, cell(&status.to_string()), cell(&lang.say(&Message::new(key)))]
        })
        .collect();
    let heads = ["api-problem", "api-status", "api-meaning"].map(|key| lang.t(key));
    table(&mut out, &lang.t("api-problems"), &heads, &rows);
    out.push_str("</main></body></html>");
    out
}
