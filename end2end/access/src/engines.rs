//! The peers: each is given the embedded policy in its own language, and asked the same questions.

use access::{Action, POLICY, Policy, Tuple};
use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};
use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request, RestrictedExpression,
};
use domain::duty::{Relation, Role, Scope};
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine, Value};
use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fmt::Write;

pub type Failure = Box<dyn Error>;

/// A row of the policy.
struct Row<'a> {
    role: &'a str,
    scope: &'a str,
    relation: &'a str,
    object: &'a str,
    act: &'a str,
    denies: bool,
}

/// Rows that `Policy::new` has read before, so that they are known to be whole.
fn rows() -> Vec<Row<'static>> {
    let lines = POLICY.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let cells = lines.map(|line| line.split(',').map(str::trim).collect::<Vec<_>>());
    cells
        .filter_map(|cells| match cells[..] {
            [_, role, scope, relation, object, act, effect] => {
                Some(Row { role, scope, relation, object, act, denies: effect == "deny" })
            }
            _ => None,
        })
        .collect()
}

/// One bit for each question: as fast as an answer can be looked up.
pub struct Bits(Vec<u64>);

impl Bits {
    fn place(tuple: Tuple) -> usize {
        let place = tuple.role as usize * Scope::ALL.len() + tuple.scope as usize;
        (place * Relation::ALL.len() + tuple.relation as usize) * Action::ALL.len() + tuple.action as usize
    }

    pub fn new(policy: &Policy) -> Result<Self, Failure> {
        let mut bits = vec![0; Tuple::all().count().div_ceil(64)];
        for tuple in Tuple::all() {
            let place = Self::place(tuple);
            bits[place / 64] |= u64::from(policy.ask(tuple)?) << (place % 64);
        }
        Ok(Self(bits))
    }

    pub fn allows(&self, tuple: Tuple) -> bool {
        let place = Self::place(tuple);
        self.0[place / 64] >> (place % 64) & 1 == 1
    }
}

/// Cedar: the role is the principal, the object is the resource.
pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    names: HashMap<String, EntityUid>,
}

fn cedar_role(role: &str) -> String {
    format!("Role::\"{role}\"")
}

fn cedar_action(action: Action) -> String {
    format!("Action::\"{}\"", action.as_str())
}

fn cedar_object(object: &str) -> String {
    format!("Object::\"{object}\"")
}

fn cedar_policy() -> String {
    let mut text = String::new();
    for row in rows() {
        let effect = if row.denies { "forbid" } else { "permit" };
        let principal = if row.role == "*" { String::new() } else { format!(" == {}", cedar_role(row.role)) };
        let action = if row.act == "*" {
            String::new()
        } else {
            format!(" == Action::\"{}.{}\"", row.object, row.act)
        };
        let resource =
            if row.object == "*" { String::new() } else { format!(" == {}", cedar_object(row.object)) };
        let _ = write!(text, "{effect} (principal{principal}, action{action}, resource{resource})");
        let conditions: Vec<String> = [("scope", row.scope), ("relation", row.relation)]
            .iter()
            .filter(|(_, wanted)| *wanted != "*")
            .map(|(name, wanted)| format!("context.{name} == \"{wanted}\""))
            .collect();
        if !conditions.is_empty() {
            let _ = write!(text, " when {{ {} }}", conditions.join(" && "));
        }
        text.push_str(";\n");
    }
    text
}

impl Cedar {
    pub fn new() -> Result<Self, Failure> {
        let roles = Role::ALL.iter().map(|role| cedar_role(role.as_str()));
        let actions = Action::ALL.iter().copied().map(cedar_action);
        let objects = Action::ALL.iter().map(|action| cedar_object(action.object()));
        let mut names = HashMap::new();
        for name in roles.chain(actions).chain(objects) {
            let entity = name.parse()?;
            names.insert(name, entity);
        }
        Ok(Self {
            authorizer: Authorizer::new(),
            policies: cedar_policy().parse()?,
            entities: Entities::empty(),
            names,
        })
    }

    /// Everything of a question but its context, which is put together while it is asked.
    pub fn name(&self, tuple: Tuple) -> [EntityUid; 3] {
        [cedar_role(tuple.role.as_str()), cedar_action(tuple.action), cedar_object(tuple.action.object())]
            .map(|name| self.names[&name].clone())
    }

    pub fn allows(&self, tuple: Tuple, names: &[EntityUid; 3]) -> Result<bool, Failure> {
        let context = Context::from_pairs([
            ("scope".to_owned(), RestrictedExpression::new_string(tuple.scope.as_str().to_owned())),
            ("relation".to_owned(), RestrictedExpression::new_string(tuple.relation.as_str().to_owned())),
        ])?;
        let [principal, action, resource] = names.clone();
        let request = Request::new(principal, action, resource, context, None)?;
        let answer = self.authorizer.is_authorized(&request, &self.policies, &self.entities);
        Ok(answer.decision() == Decision::Allow)
    }
}

/// How the policy is said in Rego.
#[derive(Clone, Copy)]
pub enum Rego {
    /// A rule for each row, as in the other engines.
    Rules,
    /// Rows as an object by role and action, in which a rule looks.
    Table,
}

impl Rego {
    fn text(self) -> String {
        let mut text =
            "package baton\nimport rego.v1\ndefault allow := false\nallow if { permitted; not refused }\n"
                .to_owned();
        match self {
            Self::Rules => {
                for row in rows() {
                    let cells = [
                        ("role", row.role),
                        ("scope", row.scope),
                        ("relation", row.relation),
                        ("object", row.object),
                        ("act", row.act),
                    ];
                    let conditions: Vec<String> = cells
                        .iter()
                        .filter(|(_, wanted)| *wanted != "*")
                        .map(|(name, wanted)| format!("input.{name} == \"{wanted}\""))
                        .collect();
                    let head = if row.denies { "refused" } else { "permitted" };
                    let _ = writeln!(text, "{head} if {{ {} }}", conditions.join("; "));
                }
            }
            Self::Table => {
                for (head, denies) in [("permitted", false), ("refused", true)] {
                    let _ = writeln!(
                        text,
                        "{head} if {{ some row in {head}_by[input.role][input.object][input.act]; row[0] in {{\"*\", input.scope}}; row[1] in {{\"*\", input.relation}} }}"
                    );
                    let mut by: BTreeMap<&str, BTreeMap<&str, BTreeMap<&str, Vec<String>>>> = BTreeMap::new();
                    for row in rows().iter().filter(|row| row.denies == denies) {
                        let is_meant = |wanted: &str, it: &str| wanted == "*" || wanted == it;
                        for role in Role::ALL.iter().filter(|role| is_meant(row.role, role.as_str())) {
                            let actions = Action::ALL.iter().filter(|action| {
                                is_meant(row.object, action.object()) && is_meant(row.act, action.act())
                            });
                            for action in actions {
                                let cell =
                                    by.entry(role.as_str()).or_default().entry(action.object()).or_default();
                                cell.entry(action.act())
                                    .or_default()
                                    .push(format!("[\"{}\", \"{}\"]", row.scope, row.relation));
                            }
                        }
                    }
                    // The compiler reads lines of 1,024 characters at most.
                    let _ = writeln!(text, "{head}_by := {{");
                    for (role, objects) in &by {
                        let _ = writeln!(text, "\"{role}\": {{");
                        for (object, acts) in objects {
                            let acts: Vec<String> = acts
                                .iter()
                                .map(|(act, rows)| format!("\"{act}\": [{}]", rows.join(", ")))
                                .collect();
                            let _ = writeln!(text, "\"{object}\": {{{}}},", acts.join(",\n"));
                        }
                        let _ = writeln!(text, "}},");
                    }
                    let _ = writeln!(text, "}}");
                }
            }
        }
        text
    }

    /// Compiles it for the virtual machine.
    pub fn machine(self) -> Result<Machine, Failure> {
        const ENTRY: &str = "data.baton.allow";
        let mut engine = Engine::new();
        engine.add_policy("baton.rego".to_owned(), self.text())?;
        let compiled = engine.compile_with_entrypoint(&ENTRY.into())?;
        let program =
            Compiler::compile_from_policy(&compiled, &[ENTRY]).map_err(|error| error.to_string())?;
        let mut machine = RegoVM::new();
        machine.load_program(program);
        machine.set_data(Value::new_object()).map_err(|error| error.to_string())?;
        let keys = ["role", "scope", "relation", "object", "act"].map(Value::from);
        Ok(Machine { machine, keys })
    }
}

/// A compiled Rego policy.
pub struct Machine {
    machine: RegoVM,
    keys: [Value; 5],
}

impl Machine {
    pub fn allows(&mut self, tuple: Tuple) -> Result<bool, Failure> {
        let cells = [
            tuple.role.as_str(),
            tuple.scope.as_str(),
            tuple.relation.as_str(),
            tuple.action.object(),
            tuple.action.act(),
        ];
        let input: BTreeMap<Value, Value> = self.keys.iter().cloned().zip(cells.map(Value::from)).collect();
        self.machine.set_input(Value::from(input));
        let answer = self.machine.execute().map_err(|error| error.to_string())?;
        Ok(*answer.as_bool()?)
    }
}

/// casbin with the grants themselves as lines: who is named for which assignment.
pub async fn named_in_casbin(lines: Vec<Vec<String>>) -> Result<Enforcer, Failure> {
    let model = "[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.sub == p.sub && r.obj == p.obj && r.act == p.act";
    let mut enforcer = Enforcer::new(DefaultModel::from_str(model).await?, MemoryAdapter::default()).await?;
    enforcer.add_policies(lines).await?;
    Ok(enforcer)
}
