// The back office: a function app on Flex Consumption whose functions are served by its own program (a custom
// handler). Every connection is an address and the identity; no setting holds a secret.

param location string
param suffix string

@description('The identity as whom the back office works.')
param identityId string
param identityClientId string

@description('What runs at most at once, and on what.')
param scale ScaleSettings

@description('What the back office is told about the world around it.')
param outside OutsideSettings

param storageName string
param tableEndpoint string
param packagesUrl string
param busHostName string
param vaultUri string

@description('Whether the back office makes further keys itself.')
param appRotatesKeys bool
param insightsConnection string
param workspaceId string

@export()
type ScaleSettings = {
  @description('Memory of one instance in MB.')
  instanceMemoryMb: 512 | 2048 | 4096

  @description('Instances at most, over all functions. Each may hold one line to the acquirer.')
  @minValue(40)
  @maxValue(1000)
  instancesMax: int

  @description('HTTP requests that one instance handles at once.')
  httpRequestsPerInstance: int

  @description('Instances kept warm for HTTP, so that a live authorisation meets no cold start.')
  httpInstancesReady: int

  @description('Seconds that idle terminals wait between two looks at the feed; each costs table requests.')
  @minValue(1)
  @maxValue(300)
  feedPauseSeconds: int
}

@export()
type OutsideSettings = {
  @description('host:port of the acquirer\'s ISO 8583 link; empty where acquirers says more.')
  acquirer: string

  @description('Whose certificates it may show: system, or a CA in PEM; none where a private line secures the link.')
  acquirerTls: string?

  @description('Several acquirers, their tables and routes: the JSON of functions/Acquiring/DESIGN.md.')
  acquirers: string?

  @description('host:port of the mail server that takes in receipts.')
  smtp: string

  @description('Sender of receipts.')
  mailFrom: string

  @description('Issuer of people\'s tokens: https://login.microsoftonline.com/TENANT/v2.0, for instance.')
  authority: string

  @description('Whom people\'s tokens are made out to: the application id of the registration.')
  audience: string

  @description('Host name that terminals dial, when it is not the app\'s own; else empty.')
  hostName: string

  @description('Subnet for traffic that leaves, delegated to Microsoft.App/environments; empty for none.')
  subnetId: string
}

var name = 'cloudpos-${suffix}'

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: 'cloudpos-plan-${suffix}'
  location: location
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    virtualNetworkSubnetId: empty(outside.subnetId) ? null : outside.subnetId
    functionAppConfig: {
      runtime: {
        name: 'custom'
        version: '1.0'
      }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packagesUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: scale.instanceMemoryMb
        maximumInstanceCount: scale.instancesMax
        triggers: {
          http: {
            perInstanceConcurrency: scale.httpRequestsPerInstance
          }
        }
        alwaysReady: scale.httpInstancesReady == 0
          ? []
          : [
              {
                name: 'http'
                instanceCount: scale.httpInstancesReady
              }
            ]
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      appSettings: [
        // The host's own storage, and the connection that the queue triggers name.
        { name: 'AzureWebJobsStorage__accountName', value: storageName }
        { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
        { name: 'AzureWebJobsStorage__clientId', value: identityClientId }
        { name: 'ServiceBus__fullyQualifiedNamespace', value: busHostName }
        { name: 'ServiceBus__credential', value: 'managedidentity' }
        { name: 'ServiceBus__clientId', value: identityClientId }
        { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insightsConnection }
        { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'ClientId=${identityClientId};Authorization=AAD' }
        // The back office's settings.
        { name: 'AZURE_CLIENT_ID', value: identityClientId }
        { name: 'CLOUDPOS_TABLES', value: tableEndpoint }
        { name: 'CLOUDPOS_SERVICE_BUS', value: busHostName }
        { name: 'CLOUDPOS_KEY_VAULT', value: vaultUri }
        { name: 'CLOUDPOS_KEYS_BY_HAND', value: appRotatesKeys ? 'false' : 'true' }
        {
          name: 'CLOUDPOS_ALLOWED_HOSTS'
          value: empty(outside.hostName) ? '${name}.azurewebsites.net' : outside.hostName
        }
        {
          name: 'CLOUDPOS_LINK_URL'
          value: 'https://${empty(outside.hostName) ? '${name}.azurewebsites.net' : outside.hostName}'
        }
        { name: 'CLOUDPOS_FEED_PAUSE', value: string(scale.feedPauseSeconds) }
        { name: 'CLOUDPOS_AUTHORITY', value: outside.authority }
        { name: 'CLOUDPOS_AUDIENCE', value: outside.audience }
        { name: 'CLOUDPOS_ACQUIRER', value: outside.acquirer }
        {
          name: 'CLOUDPOS_ACQUIRER_TLS'
          value: empty(outside.acquirer) ? '' : (outside.?acquirerTls ?? 'system')
        }
        { name: 'CLOUDPOS_ACQUIRERS', value: outside.?acquirers ?? '' }
        { name: 'CLOUDPOS_SMTP', value: outside.smtp }
        { name: 'CLOUDPOS_MAIL_FROM', value: outside.mailFrom }
      ]
    }
  }

  // Publishing passwords are shared keys by another name.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }
}

resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: app
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'FunctionAppLogs'
        enabled: true
      }
    ]
    metrics: [
      {
        category: 'AllMetrics'
        enabled: true
      }
    ]
  }
}

output name string = app.name
output hostName string = app.properties.defaultHostName
