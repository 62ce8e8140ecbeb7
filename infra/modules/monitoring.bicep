// Where logs, traces and figures go. Nothing is taken in under a key: the back office proves who it is.

import { roles } from 'roles.bicep'

param location string
param suffix string

@description('Who sends traces and figures: the back office\'s identity, by its resource and by its principal.')
param identityId string
param principalId string

@description('How long logs are kept, in days.')
param retentionDays int

@description('Most that is taken in per day, in GB; -1: all. A cap silences alerts, so production has none.')
param dailyCapGb int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: 'cloudpos-logs-${suffix}'
  location: location
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionDays
    workspaceCapping: {
      dailyQuotaGb: dailyCapGb
    }
    features: {
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'cloudpos-insights-${suffix}'
  location: location
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
  }
}

resource publishes 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, identityId, roles.monitoringMetricsPublisher)
  scope: insights
  properties: {
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.monitoringMetricsPublisher
    )
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

output workspaceId string = workspace.id

@description('An address and an instrumentation key, which opens nothing while DisableLocalAuth is true.')
output insightsConnection string = insights.properties.ConnectionString
