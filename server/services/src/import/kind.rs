//! The kinds of file.

use domain::{Message, UnknownCode};
use serde::{Deserialize, Serialize};

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// 单位
    Units,
    /// 事项
    Powers,
    /// 人员: a person and one appointment a row
    People,
    /// 证件
    Certificates,
    /// 培训: completed courses
    Completions,
    /// 赋权
    Assignments,
    /// 分工: working time of people given to functions
    Allocations,
    /// 监管: the supervising side of assignments
    Supervision,
    /// 三张清单: duties of townships
    Duties,
    /// 编制
    Establishment,
    /// 设备
    Equipment,
    /// 经费
    Funding,
    /// 办件: monthly case statistics
    Statistics,
    /// 角色: what people may do in their posts
    Roles,
    /// 办件: single cases with who did what in them
    Cases,
}

impl Kind {
    /// Every kind, each after those that its rows refer to.
    pub const ALL: &'static [Self] = &[
        Self::Units,
        Self::Powers,
        Self::People,
        Self::Certificates,
        Self::Completions,
        Self::Assignments,
        Self::Allocations,
        Self::Supervision,
        Self::Duties,
        Self::Establishment,
        Self::Equipment,
        Self::Funding,
        Self::Statistics,
        Self::Roles,
        Self::Cases,
    ];

    /// The stable code, as the command line and the addresses of pages write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::Powers => "powers",
            Self::People => "people",
            Self::Certificates => "certificates",
            Self::Completions => "completions",
            Self::Assignments => "assignments",
            Self::Allocations => "allocations",
            Self::Supervision => "supervision",
            Self::Duties => "duties",
            Self::Establishment => "establishment",
            Self::Equipment => "equipment",
            Self::Funding => "funding",
            Self::Statistics => "statistics",
            Self::Roles => "roles",
            Self::Cases => "cases",
        }
    }

    /// Its name in the reader's language.
    pub const fn message(self) -> Message {
        Message::new(match self {
            Self::Units => "import-kind-units",
            Self::Powers => "import-kind-powers",
            Self::People => "import-kind-people",
            Self::Certificates => "import-kind-certificates",
            Self::Completions => "import-kind-completions",
            Self::Assignments => "import-kind-assignments",
            Self::Allocations => "import-kind-allocations",
            Self::Supervision => "import-kind-supervision",
            Self::Duties => "import-kind-duties",
            Self::Establishment => "import-kind-establishment",
            Self::Equipment => "import-kind-equipment",
            Self::Funding => "import-kind-funding",
            Self::Statistics => "import-kind-statistics",
            Self::Roles => "import-kind-roles",
            Self::Cases => "import-kind-cases",
        })
    }
}

impl std::str::FromStr for Kind {
    type Err = UnknownCode;
    fn from_str(code: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().copied().find(|kind| kind.as_str() == code);
        found.ok_or_else(|| UnknownCode { kind: "Kind", code: code.to_owned() })
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
