// A county with townships, departments that give, and powers, as the files that it would import.
const [TOWNSHIPS, POWERS] = (process.env.BATON_ROUND ?? '20x150').split('x').map(Number);
export const SIZE = { townships: TOWNSHIPS, powers: POWERS, departments: Math.min(5, POWERS) };

/** The day on which the round opens: the Friday before a week that ends in a holiday. */
export const OPENED = '2026-04-24';
/** The fifth working day after it: the first of May and four more are holidays. */
export const STAGE_DUE = '2026-05-06';
/** The day on which what was agreed takes effect. */
export const BEGINS = '2026-06-01';
/** The last day of what is recalled, and the day after it. */
export const LAST = '2026-06-10';
export const AFTER = '2026-06-11';

export const COUNTY = '419900';
export const CATALOGUE = '示例县赋权乡镇事项目录';
const SINCE = '2025-01-01';
const two = (number) => String(number).padStart(2, '0');
const three = (number) => String(number).padStart(3, '0');
const upTo = (count) => Array.from({ length: count }, (_, place) => place + 1);

export const townships = upTo(SIZE.townships).map((number) => ({
  code: `4199001${two(number)}`,
  name: `第${number}镇`,
  manager: `M${two(number)}`,
  handlers: [`H${two(number)}1`, `H${two(number)}2`],
  approver: `A${two(number)}`,
}));
export const departments = upTo(SIZE.departments).map((number) => ({
  code: `${COUNTY}-D${number}`,
  name: `县第${number}局`,
  manager: `D${number}`,
  supervisor: `S${number}`,
}));
export const powers = upTo(SIZE.powers).map((number) => ({
  code: `SL-${three(number)}`,
  name: `第${number}项事项`,
  type: ['行政确认', '公共服务', '其他行政权力'][number % 3],
  department: departments[number % departments.length],
  certificate: number % 5 === 0 ? '行政执法证' : '',
  equipment: number % 3 === 0 ? '审批专用章' : '',
}));
export const ORGANIZATION = 'B01';
export const LEADERS = ['L01', 'L02', 'L03', 'L04'];

const csv = (head, rows) => [head, ...rows.map((row) => row.join(','))].join('\n');
const each = (rows) => rows.flat(1);

/** The county alone: whoever imports the rest has his account in it. */
export const first = csv('单位编码,单位名称,单位类型,上级单位编码', [[COUNTY, '示例县', '县', '']]);

const people = [
  ...LEADERS.map((code, place) => [code, `领导${place + 1}`, COUNTY, '副县长', '领导']),
  ...each(departments.map(({ code, manager, supervisor }) => [
    [manager, `局长${manager}`, code, '局长', '承接单位负责人'],
    [supervisor, `监管${supervisor}`, code, '监管科', '监管人'],
  ])),
  ...each(townships.map(({ code, manager, handlers, approver }) => [
    [manager, `镇长${manager}`, code, '镇长', '承接单位负责人'],
    ...handlers.map((handler) => [handler, `经办${handler}`, code, '便民服务中心', '经办人']),
    [approver, `审批${approver}`, code, '副镇长', '审批人'],
  ])),
];

/** What is imported before the round, in this order. */
export const before = {
  units: csv('单位编码,单位名称,单位类型,上级单位编码', [
    ...departments.map(({ code, name }) => [code, name, '部门', COUNTY]),
    ...townships.map(({ code, name }) => [code, name, '乡镇', COUNTY]),
  ]),
  powers: csv(
    '目录,版本,事项编码,事项名称,事项类型,设定依据,依据施行日期,原实施部门,法定时限,承诺时限,单件工时,所需证件,所需设备,最少人数,单件经费',
    powers.map(({ code, name, type, department, certificate, equipment }) => [
      CATALOGUE, '2026版', code, name, type, `《示例条例》${code}`, '2020-01-01', department.name, 20, 10, 60, certificate, equipment, 1, 10,
    ]),
  ),
  people: csv(
    '工号,姓名,单位编码,岗位,人员类别,时间占比,任职日期,离任日期,个人补助工时',
    people.map(([code, name, unit, post]) => [code, name, unit, post, '在编', 1, SINCE, '', 0]),
  ),
  roles: csv(
    '工号,单位编码,岗位,角色,范围单位编码,起',
    people.map(([code, , unit, post, role]) => [code, unit, post, role, unit, SINCE]),
  ),
};

/** What meets the tasks of the take-overs that facts meet, but for the last township's seal; `held` are the power and the township of each. */
export const facts = (held) => {
  const of = ({ power, township }) => [power.code, CATALOGUE, '2026版', township.code];
  return {
    certificates: csv(
      '工号,证件类型,证件编号,发证日期,有效期至',
      each(townships.map(({ handlers, approver }) => [...handlers, approver].map((code) => [code, '行政执法证', `豫Z-${code}`, '2024-01-01', '2029-01-01']))),
    ),
    establishment: csv('单位编码,编制数,核定日期', townships.map(({ code }) => [code, 12, SINCE])),
    equipment: csv('单位编码,设备名称,数量,启用日期', townships.slice(0, -1).map(({ code }) => [code, '审批专用章', 1, SINCE])),
    funding: csv(
      '单位编码,事项编码,年度,资金来源,文号,下达,承诺,拨付,支出',
      townships.map(({ code }) => [code, '', 2026, '一般转移支付', `示财〔2026〕${code.slice(-2)}号`, 900000, 900000, 900000, 0]),
    ),
    supervision: csv(
      '事项编码,目录,版本,承接单位编码,监管单位编码,联络人工号,起',
      held.map((each) => [...of(each), each.power.department.code, each.power.department.supervisor, BEGINS]),
    ),
    allocations: csv(
      '事项编码,目录,版本,承接单位编码,工号,环节,时间占比,起',
      each(held.map((each) => [
        [...of(each), each.township.handlers[Number(each.power.code.slice(3)) % 2], '审查', 0.004, BEGINS],
        [...of(each), each.township.approver, '决定', 0.004, BEGINS],
        [...of(each), each.power.department.supervisor, '监管', 0.001, BEGINS],
      ])),
    ),
  };
};
