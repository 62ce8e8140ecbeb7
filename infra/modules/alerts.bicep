// What wakes somebody. The figures are those that the back office reports (see ../DESIGN.md, "Figures"); they are
// read from its tables, so each instance reports the same, and the largest is the right one.

param location string
param suffix string
param workspaceId string
param busId string

@description('Who is told, by e-mail. Nobody when empty; the alerts are then seen in the portal only.')
param emails string[]

resource operators 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'cloudpos-operators-${suffix}'
  location: 'global'
  properties: {
    enabled: true
    groupShortName: 'cloudpos'
    emailReceivers: [
      for (email, i) in emails: {
        name: 'operator-${i}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

type BusAlert = { name: string, metric: string, meaning: string, severity: int }

var busAlerts BusAlert[] = [
  {
    name: 'dead-letters'
    metric: 'DeadletteredMessages'
    meaning: 'A doorbell failed ten times or went unanswered for a week. Its work is still owed: see its function.'
    severity: 1
  }
  {
    name: 'throttled'
    metric: 'ThrottledRequests'
    meaning: 'The namespace refuses messages (1,000 credits a second). Nothing is lost, all is late.'
    severity: 2
  }
]

resource busAlert 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for alert in busAlerts: {
    name: 'cloudpos-${alert.name}-${suffix}'
    location: 'global'
    properties: {
      description: alert.meaning
      severity: alert.severity
      enabled: true
      scopes: [busId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT5M'
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: alert.name
            criterionType: 'StaticThresholdCriterion'
            metricNamespace: 'Microsoft.ServiceBus/namespaces'
            metricName: alert.metric
            operator: 'GreaterThan'
            threshold: 0
            timeAggregation: alert.metric == 'ThrottledRequests' ? 'Total' : 'Maximum'
            dimensions: [
              {
                name: 'EntityName'
                operator: 'Include'
                values: ['*']
              }
            ]
          }
        ]
      }
      actions: [
        {
          actionGroupId: operators.id
        }
      ]
    }
  }
]

type FigureAlert = { name: string, figure: string, by: string, above: int, meaning: string, severity: int }

// A figure above its threshold, per store or merchant where it has one.
var figureAlerts FigureAlert[] = [
  {
    name: 'unsent-entries'
    figure: 'cloudpos.entries.unsent.age'
    by: 'store'
    above: 14400
    meaning: 'A terminal has had entries to send for four hours. Its deferred payments are not authorised yet.'
    severity: 2
  }
  {
    name: 'dark-terminals'
    figure: 'cloudpos.terminals.dark'
    by: 'store'
    above: 0
    meaning: 'A terminal is silent while its store trades; what it holds is not known.'
    severity: 2
  }
  {
    name: 'unknown-payments'
    figure: 'cloudpos.payments.unknown'
    by: 'merchant'
    above: 0
    meaning: 'Payments were asked and have had no answer for an hour. Repeats go on; see the acquirer link.'
    severity: 1
  }
  {
    name: 'days-out-of-balance'
    figure: 'cloudpos.days.out_of_balance'
    by: 'merchant'
    above: 0
    meaning: 'Our totals and the acquirer\'s differ for a settlement date. The report names the payments.'
    severity: 1
  }
  {
    name: 'owed-work'
    figure: 'cloudpos.due.age'
    by: 'kind'
    above: 900
    meaning: 'Work has been owed for a quarter of an hour although the sweep rings for it every minute.'
    severity: 2
  }
]

resource figureAlert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in figureAlerts: {
    name: 'cloudpos-${alert.name}-${suffix}'
    location: location
    kind: 'LogAlert'
    properties: {
      displayName: 'CloudPos ${alert.name}'
      description: alert.meaning
      severity: alert.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      autoMitigate: true
      // The tables come into being with the first record, which is after the first deployment.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: join(
              [
                'AppMetrics'
                'where Name == "${alert.figure}"'
                'extend Whose = tostring(Properties["${alert.by}"])'
                'summarize Figure = max(Max) by Whose, bin(TimeGenerated, 5m)'
              ],
              ' | '
            )
            metricMeasureColumn: 'Figure'
            timeAggregation: 'Maximum'
            dimensions: [
              {
                name: 'Whose'
                operator: 'Include'
                values: ['*']
              }
            ]
            operator: 'GreaterThan'
            threshold: alert.above
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: [operators.id]
      }
    }
  }
]

type CountAlert = {
  name: string
  query: string
  operator: string
  count: int
  minutes: int
  meaning: string
  severity: int
}

var countAlerts CountAlert[] = [
  {
    name: 'function-failures'
    // A refusal (4xx) is an answer. Triggers that are not HTTP report the code 0.
    query: 'AppRequests | where Success == false and (toint(ResultCode) == 0 or toint(ResultCode) >= 500)'
    operator: 'GreaterThan'
    count: 5
    minutes: 15
    meaning: 'Functions fail. Queue work is tried again; terminals go on offline and try again.'
    severity: 2
  }
  {
    name: 'mail-refused'
    query: 'AppTraces | where Message startswith "The mail server takes no mail from us"'
    operator: 'GreaterThan'
    count: 0
    minutes: 15
    meaning: 'The mail server refuses our mails whatever the address. They are kept; mend the server or its settings.'
    severity: 2
  }
  {
    name: 'no-figures'
    query: 'AppMetrics | where Name == "cloudpos.due.age"'
    operator: 'LessThan'
    count: 1
    minutes: 30
    meaning: 'The back office reports nothing, so the other alerts are blind: it does not run, or cannot send.'
    severity: 1
  }
]

resource countAlert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in countAlerts: {
    name: 'cloudpos-${alert.name}-${suffix}'
    location: location
    kind: 'LogAlert'
    properties: {
      displayName: 'CloudPos ${alert.name}'
      description: alert.meaning
      severity: alert.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT${alert.minutes}M'
      autoMitigate: true
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Count'
            operator: alert.operator
            threshold: alert.count
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: [operators.id]
      }
    }
  }
]
