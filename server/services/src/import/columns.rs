//! The columns of each kind of file: the one table of headings and their synonyms.
//!
//! A heading is compared after `sheet::heading_key`, so that spaces, width and letter case do not matter. The
//! key itself (`legal_basis`) is understood as a heading too.

use super::Kind;

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Stable key.
    pub key: &'static str,
    /// The heading that templates and exports write.
    pub heading: &'static str,
    /// Other headings that mean the same.
    pub synonyms: &'static [&'static str],
    /// Whether a file may lack it.
    pub need: Need,
}

/// Whether a file may lack a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It must be there, and its cells filled.
    Required,
    /// It may lack where the name of the sheet is that of a unit.
    RequiredOrSheet,
    /// It may lack. What is stored then stays as it is; an empty cell clears it.
    Optional,
}

const fn must(key: &'static str, heading: &'static str, synonyms: &'static [&'static str]) -> Column {
    Column { key, heading, synonyms, need: Need::Required }
}

const fn may(key: &'static str, heading: &'static str, synonyms: &'static [&'static str]) -> Column {
    Column { key, heading, synonyms, need: Need::Optional }
}

const UNIT_WORDS: &[&str] = &[
    "单位",
    "单位代码",
    "单位名称",
    "所在单位",
    "机构编码",
    "机构名称",
    "乡镇",
    "乡镇街道",
    "unit_code",
    "unit_name",
];
const RECEIVER_WORDS: &[&str] = &[
    "单位编码",
    "单位",
    "单位代码",
    "单位名称",
    "承接单位",
    "承接单位名称",
    "承接主体",
    "接收单位",
    "机构编码",
    "乡镇",
    "乡镇街道",
    "unit_code",
    "receiver",
    "receiving_unit",
];
const POWER_WORDS: &[&str] = &[
    "事项代码",
    "事项名称",
    "事项",
    "权力编码",
    "权力名称",
    "职权编码",
    "职权名称",
    "赋权事项",
    "编码",
    "item_code",
    "item_name",
    "power_code",
    "code",
];
const PERSON_WORDS: &[&str] =
    &["人员编码", "人员编号", "员工编号", "职工号", "人员", "person_code", "staff_code", "staff_no", "code"];

/// The unit of a row where the row is about a unit.
const UNIT: Column =
    Column { key: "unit", heading: "单位编码", synonyms: UNIT_WORDS, need: Need::RequiredOrSheet };
/// The receiving unit of an assignment.
const RECEIVER: Column =
    Column {
        key: "unit", heading: "承接单位编码", synonyms: RECEIVER_WORDS, need: Need::RequiredOrSheet
    };
const POWER: Column = must("power", "事项编码", POWER_WORDS);
const PERSON: Column = must("person", "工号", PERSON_WORDS);
const CATALOGUE: Column =
    may("catalogue", "目录", &["目录名称", "事项目录", "清单", "清单名称", "所属目录", "catalog", "list"]);
const VERSION: Column = may("version", "版本", &["目录版本", "版本号", "版次", "catalogue_version"]);
/// Tells apart the assignments of one power to one unit; exports write it.
const ASSIGNED_FROM: Column = may("assigned_from", "赋权生效日期", &["承接生效日期", "assignment_from"]);
const SHARE: Column =
    may("share", "时间占比", &["占比", "工作时间占比", "精力占比", "时间比例", "time_share"]);

const ROLES: &[Column] = &[
    PERSON,
    must("unit", "单位编码", UNIT_WORDS),
    must("post", "岗位", &["职务", "岗位名称", "post_name"]),
    must("role", "角色", &["权限角色", "role_code"]),
    may("scope", "范围单位编码", &["范围", "范围单位", "scope_unit", "scope_code"]),
    must("from", "起", &["起始日期", "开始日期", "valid_from"]),
    may("to", "止", &["截止日期", "结束日期", "valid_to"]),
];

const UNITS: &[Column] = &[
    must("code", "单位编码", &["编码", "单位代码", "机构编码", "机构代码", "unit_code"]),
    must("name", "单位名称", &["名称", "单位", "机构名称", "unit_name", "unit"]),
    must("kind", "单位类型", &["类型", "单位类别", "机构类型", "类别", "unit_kind", "unit_type", "type"]),
    may(
        "parent",
        "上级单位编码",
        &["上级单位", "上级编码", "上级", "上级单位名称", "隶属单位", "主管单位", "parent_code"],
    ),
    may("credit_code", "统一社会信用代码", &["社会信用代码", "信用代码", "统一代码", "uscc"]),
];

const POWERS: &[Column] = &[
    CATALOGUE,
    VERSION,
    may("seq", "序号", &["编号", "行号", "项次", "no", "no.", "number"]),
    may(
        "code",
        "事项编码",
        &[
            "事项代码",
            "编码",
            "代码",
            "权力编码",
            "权力编号",
            "职权编码",
            "职权编号",
            "基本编码",
            "实施编码",
            "item_code",
            "power_code",
        ],
    ),
    must(
        "name",
        "事项名称",
        &[
            "事项",
            "权力名称",
            "权力事项",
            "权力事项名称",
            "职权名称",
            "项目名称",
            "赋权事项",
            "赋权事项名称",
            "名称",
            "item_name",
            "power_name",
            "power",
        ],
    ),
    must(
        "type",
        "事项类型",
        &[
            "权力类型",
            "权力类别",
            "职权类型",
            "职权类别",
            "事项类别",
            "事项性质",
            "类型",
            "类别",
            "item_type",
            "power_type",
        ],
    ),
    may("field", "领域", &["所属领域", "行业领域", "执法领域", "业务领域", "sector"]),
    may(
        "legal_basis",
        "设定依据",
        &[
            "实施依据",
            "法律依据",
            "行使依据",
            "职权依据",
            "权力依据",
            "处罚依据",
            "法定依据",
            "依据",
            "basis",
        ],
    ),
    may("basis_from", "依据施行日期", &["施行日期", "依据生效日期"]),
    may("basis_to", "依据失效日期", &["依据废止日期"]),
    may(
        "original_department",
        "原实施部门",
        &[
            "责任单位",
            "责任部门",
            "原责任部门",
            "原实施主体",
            "原实施机关",
            "原行使主体",
            "原移交部门",
            "移交部门",
            "下放部门",
            "赋权部门",
            "牵头部门",
            "主管部门",
            "实施主体",
            "实施机关",
            "实施部门",
            "department",
        ],
    ),
    may(
        "form_of_transfer",
        "下放方式",
        &["赋权方式", "承接方式", "放权方式", "移交方式", "行使方式", "实施方式", "form"],
    ),
    may(
        "statutory_days",
        "法定时限",
        &["法定期限", "法定办结时限", "法定时限(工作日)", "法定办理时限", "statutory_limit"],
    ),
    may(
        "promised_days",
        "承诺时限",
        &["承诺期限", "承诺办结时限", "承诺时限(工作日)", "承诺办理时限", "promised_limit"],
    ),
    may("minutes", "单件工时", &["单件工时(分钟)", "单件用时", "每件工时", "minutes_per_case"]),
    may("certificates", "所需证件", &["证件要求", "资格要求", "上岗证要求", "required_certificates"]),
    may("courses", "所需培训", &["培训要求", "培训课程", "required_courses"]),
    may("equipment", "所需设备", &["设备要求", "装备要求", "所需装备", "required_equipment"]),
    may("risk", "风险等级", &["风险", "risk_level"]),
    may("seasonal", "季节性", &["是否季节性"]),
    may("emergency", "应急", &["是否应急", "应急事项"]),
    may("min_people", "最少人数", &["最低人数", "最少办理人数", "minimum_people"]),
    may("cost_per_case", "单件经费", &["单件经费(元)", "每件经费", "单件成本"]),
    may("remarks", "备注", &["说明", "备注说明", "note", "notes", "remark"]),
    may("source_url", "来源", &["来源网址", "来源链接", "出处", "source", "url"]),
];

const PEOPLE: &[Column] = &[
    must("code", "工号", PERSON_WORDS),
    must("name", "姓名", &["名字", "人员姓名", "person_name"]),
    UNIT,
    must("post", "岗位", &["职务", "岗位名称", "职位", "position"]),
    must("kind", "人员类别", &["人员类型", "身份", "用工形式", "编制性质", "staff_kind", "type"]),
    SHARE,
    must("from", "任职日期", &["任职时间", "上岗日期", "到岗日期", "起", "开始日期", "valid_from"]),
    may("to", "离任日期", &["离任时间", "离岗日期", "止", "结束日期", "valid_to"]),
    may("allowance_hours", "个人补助工时", &["个人补助工时(小时)", "其他职责工时", "individual_allowance"]),
];

const CERTIFICATES: &[Column] = &[
    PERSON,
    must("kind", "证件类型", &["证件名称", "证件种类", "证书类型", "证书名称", "certificate", "type"]),
    must("number", "证件编号", &["证件号", "证号", "证件号码", "证书编号", "执法证号", "no"]),
    must("issued_on", "发证日期", &["发证时间", "签发日期", "颁发日期", "issued"]),
    may("expires_on", "有效期至", &["有效期", "到期日期", "有效期止", "expires", "valid_until"]),
    may("suspended_from", "暂扣起", &["暂扣日期", "暂扣开始"]),
    may("suspended_to", "暂扣止", &["暂扣结束"]),
    may("revoked_on", "吊销日期", &["注销日期", "收缴日期", "revoked"]),
];

const COMPLETIONS: &[Column] = &[
    PERSON,
    must("course", "课程", &["课程名称", "培训课程", "培训名称", "培训班"]),
    must("completed_on", "完成日期", &["结业日期", "培训日期", "合格日期", "completed"]),
    may("valid_until", "有效期至", &["有效期", "有效期止", "到期日期"]),
    may("hours", "学时", &["培训学时", "课时", "credit_hours"]),
];

const ASSIGNMENTS: &[Column] = &[
    POWER,
    CATALOGUE,
    VERSION,
    RECEIVER,
    may(
        "giver",
        "下放单位编码",
        &[
            "下放单位",
            "下放部门",
            "赋权单位",
            "赋权部门",
            "移交部门",
            "委托机关",
            "原实施部门",
            "giving_unit",
        ],
    ),
    must("form", "下放方式", &["赋权方式", "承接方式", "放权方式", "移交方式", "form_of_transfer"]),
    may("functions", "承接环节", &["环节", "办理环节", "function"]),
    must("from", "生效日期", &["生效时间", "承接日期", "起", "开始日期", "valid_from"]),
    may("to", "失效日期", &["终止日期", "收回日期", "止", "结束日期", "valid_to"]),
    may("transition_until", "过渡期至", &["过渡期", "过渡期止", "过渡期截止"]),
    may("instrument_kind", "文书类型", &["文书", "文书种类"]),
    may("instrument_number", "文号", &["文书编号", "文书文号", "number"]),
    may("signed_on", "签署日期", &["签订日期", "签署时间", "签字日期", "instrument_signed_on"]),
    may("instrument_until", "文书有效期至", &["文书有效期", "委托期限至", "委托期限止"]),
    may("published_on", "公布日期", &["公告日期", "公示日期", "instrument_published_on"]),
    may("planned_volume", "年预计办件量", &["预计办件量", "年办件量", "计划办件量", "annual_volume"]),
];

const ALLOCATIONS: &[Column] = &[
    POWER,
    CATALOGUE,
    VERSION,
    RECEIVER,
    ASSIGNED_FROM,
    PERSON_OF_ALLOCATION,
    must("function", "环节", &["承接环节", "办理环节", "职责", "functions"]),
    must("share", "时间占比", &["占比", "工作时间占比", "精力占比", "时间比例", "time_share"]),
    must("from", "起", &["开始日期", "起始日期", "生效日期", "valid_from"]),
    may("to", "止", &["结束日期", "截止日期", "失效日期", "valid_to"]),
];

const SUPERVISION: &[Column] = &[
    POWER,
    CATALOGUE,
    VERSION,
    RECEIVER,
    ASSIGNED_FROM,
    must(
        "supervisor",
        "监管单位编码",
        &["监管单位", "监管单位名称", "监管部门", "监管主体", "supervising_unit", "supervisor_unit"],
    ),
    may("liaison", "联络人工号", &["联络人", "联络员", "联络员工号", "liaison_code"]),
    must("from", "起", &["开始日期", "起始日期", "生效日期", "valid_from"]),
    may("to", "止", &["结束日期", "截止日期", "失效日期", "valid_to"]),
];
/// `code` alone would be taken for the power's.
const PERSON_OF_ALLOCATION: Column = must(
    "person",
    "工号",
    &["人员编码", "人员编号", "员工编号", "职工号", "人员", "person_code", "staff_code", "staff_no"],
);

const DUTIES: &[Column] = &[
    UNIT,
    must("list", "清单", &["清单类型", "清单类别", "清单名称", "履职类型", "duty_list"]),
    must("code", "序号", &["编号", "条目编号", "no", "no."]),
    must("text", "履职事项", &["事项内容", "履职内容", "事项", "工作事项", "duty"]),
    may(
        "lead",
        "牵头部门",
        &["对应上级部门", "上级部门", "承接部门", "收回部门", "主管部门", "lead_department"],
    ),
    may("matters", "配合事项", &["乡镇配合职责", "配合内容", "配合职责", "co_operating_matters"]),
    may("basis", "履职依据", &["依据", "设定依据", "法律依据", "legal_basis"]),
    may("power", "事项编码", &["事项代码", "权力编码", "职权编码", "item_code", "power_code"]),
    CATALOGUE_OF_DUTY,
    VERSION,
];
/// `清单` is the list itself.
const CATALOGUE_OF_DUTY: Column = may("catalogue", "目录", &["目录名称", "事项目录", "所属目录", "catalog"]);

const ESTABLISHMENT: &[Column] = &[
    UNIT,
    must("authorised", "编制数", &["编制", "核定编制", "核定编制数", "authorized", "posts"]),
    must("from", "核定日期", &["核定时间", "生效日期", "起", "valid_from"]),
];

const EQUIPMENT: &[Column] = &[
    UNIT,
    must("item", "设备名称", &["设备", "名称", "装备", "装备名称", "物品"]),
    must("quantity", "数量", &["台数", "件数", "count"]),
    must("from", "启用日期", &["启用时间", "配备日期", "起", "valid_from"]),
    may("to", "停用日期", &["报废日期", "停用时间", "止", "valid_to"]),
];

const FUNDING: &[Column] = &[
    UNIT,
    may("power", "事项编码", POWER_WORDS),
    CATALOGUE,
    VERSION,
    ASSIGNED_FROM,
    must("year", "年度", &["年份", "预算年度", "财政年度", "fiscal_year"]),
    must("source", "资金来源", &["经费来源", "来源", "funding_source"]),
    must("document", "文号", &["指标文号", "下达文号", "文件号", "document_number"]),
    may("allocated", "下达", &["下达金额", "下达(元)", "预算", "预算金额", "安排金额"]),
    may("committed", "承诺", &["承诺金额", "承诺(元)", "已签合同"]),
    must("released", "拨付", &["拨付金额", "拨付(元)", "到账", "到账金额"]),
    may("spent", "支出", &["支出金额", "支出(元)", "已支出"]),
];

const STATISTICS: &[Column] = &[
    UNIT,
    POWER,
    CATALOGUE,
    VERSION,
    ASSIGNED_FROM,
    must("month", "月份", &["月", "统计月份", "年月", "period"]),
    must("received", "受理", &["受理量", "受理数", "受理件数", "收件量", "accepted"]),
    must("completed", "办结", &["办结量", "办结数", "办结件数"]),
    may("instant", "即办", &["即办量", "即办件", "即时办结"]),
    may("early", "提前办结", &["提前", "提前办结量", "提前办结数"]),
    may("overdue", "超时", &["超期", "超时办结", "逾期", "late"]),
    may("returned", "退件", &["退件量", "退回", "退件数"]),
    may("complaints", "投诉", &["投诉量", "投诉数"]),
    may("reconsiderations", "复议", &["行政复议", "复议数"]),
    may("reversals", "撤销", &["撤销数", "被撤销", "纠错"]),
];

const CASES: &[Column] = &[
    must(
        "number",
        "办件编号",
        &["办件号", "案号", "受理编号", "流水号", "申办流水号", "业务编号", "case_no", "case_number"],
    ),
    POWER,
    CATALOGUE,
    VERSION,
    RECEIVER,
    ASSIGNED_FROM,
    may("applied_on", "申请日期", &["申请时间", "收件日期", "收件时间", "applied"]),
    may("accepted_on", "受理日期", &["受理时间", "立案日期", "立案时间", "accepted"]),
    may("decided_on", "办结日期", &["办结时间", "决定日期", "审批日期", "批准日期", "decided"]),
    may("result", "办理结果", &["办结结果", "审批结果", "决定", "结果", "decision"]),
    may("acceptor", "受理人", &["受理人工号", "受理人员", "收件人", "accepted_by"]),
    may("reviewer", "审查人", &["审查人工号", "审核人", "初审人", "reviewed_by"]),
    may("approver", "批准人", &["批准人工号", "审批人", "决定人", "签发人", "approved_by"]),
    may("legal_reviewer", "法制审核人", &["法制审核人工号", "法制审核人员", "legal_reviewed_by"]),
    may("hearer", "听证主持人", &["听证主持人工号", "听证人", "heard_by"]),
    may("inspector", "检查人", &["检查人工号", "检查人员", "inspected_by"]),
    may("supervisor", "监管人", &["监管人工号", "监管人员", "supervised_by"]),
    may("pause_from", "暂停起", &["暂停开始", "暂停日期", "中止起", "中止日期"]),
    may("pause_to", "暂停止", &["暂停结束", "恢复日期", "中止止"]),
    may("pause_reason", "暂停原因", &["暂停事由", "中止原因", "特别程序"]),
    may("pause_notified", "暂停告知日期", &["告知日期", "告知时间", "中止告知日期"]),
    may("finisher", "续办单位编码", &["续办单位", "续办单位名称", "finishing_unit"]),
];

impl Kind {
    /// Its columns, in the order in which templates and exports write them.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Units => UNITS,
            Self::Powers => POWERS,
            Self::People => PEOPLE,
            Self::Roles => ROLES,
            Self::Cases => CASES,
            Self::Certificates => CERTIFICATES,
            Self::Completions => COMPLETIONS,
            Self::Assignments => ASSIGNMENTS,
            Self::Allocations => ALLOCATIONS,
            Self::Supervision => SUPERVISION,
            Self::Duties => DUTIES,
            Self::Establishment => ESTABLISHMENT,
            Self::Equipment => EQUIPMENT,
            Self::Funding => FUNDING,
            Self::Statistics => STATISTICS,
        }
    }
}

impl Column {
    /// Every heading that means this column, the canonical one first.
    pub fn headings(&self) -> impl Iterator<Item = &'static str> {
        [self.heading, self.key].into_iter().chain(self.synonyms.iter().copied())
    }
}
