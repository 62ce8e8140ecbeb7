// The back office in Azure: one resource group, deployed as a whole and as often as wanted. See README.md.

import { ScaleSettings, OutsideSettings } from 'modules/app.bicep'

@description('Which deployment this is; part of every name.')
@maxLength(4)
param environmentName string

param location string = resourceGroup().location

@description('Redundancy of the tables.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param storageRedundancy string

@description('Refuse the deletion of state and keys until the locks are removed.')
param lockState bool

@description('The back office makes and retires keys itself; otherwise it only reads what people put into the vault.')
param appRotatesKeys bool

@description('How long a deleted key can be brought back, in days.')
param keySoftDeleteDays int

@description('How long logs are kept, in days.')
param logRetentionDays int

@description('Most that is logged per day, in GB; -1: no cap.')
param logDailyCapGb int

@description('E-mail addresses that alerts go to.')
param alertEmails string[]

param scale ScaleSettings
param outside OutsideSettings

var suffix = '${environmentName}${uniqueString(resourceGroup().id)}'

// One queue per kind of owed work; a test compares them with the back office's functions.
var queues = [
  'apply-journal'
  'authorise-payment'
  'reverse-payment'
  'tell-refund'
  'take-back-points'
  'recover-payment'
  'send-link'
  'send-receipt'
  'close-day'
  'refresh-report'
  'rebuild-totals'
  'reconcile'
]

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'cloudpos-${suffix}'
  location: location
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    location: location
    suffix: suffix
    identityId: identity.id
    principalId: identity.properties.principalId
    retentionDays: logRetentionDays
    dailyCapGb: logDailyCapGb
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    location: location
    suffix: suffix
    identityId: identity.id
    principalId: identity.properties.principalId
    redundancy: storageRedundancy
    locked: lockState
    workspaceId: monitoring.outputs.workspaceId
  }
}

module bus 'modules/bus.bicep' = {
  params: {
    location: location
    suffix: suffix
    identityId: identity.id
    principalId: identity.properties.principalId
    queues: queues
    workspaceId: monitoring.outputs.workspaceId
  }
}

module vault 'modules/vault.bicep' = {
  params: {
    location: location
    suffix: suffix
    identityId: identity.id
    principalId: identity.properties.principalId
    appRotatesKeys: appRotatesKeys
    softDeleteDays: keySoftDeleteDays
    locked: lockState
    workspaceId: monitoring.outputs.workspaceId
  }
}

module app 'modules/app.bicep' = {
  params: {
    location: location
    suffix: suffix
    identityId: identity.id
    identityClientId: identity.properties.clientId
    scale: scale
    outside: outside
    storageName: storage.outputs.name
    tableEndpoint: storage.outputs.tableEndpoint
    packagesUrl: storage.outputs.packagesUrl
    busHostName: bus.outputs.hostName
    vaultUri: vault.outputs.uri
    appRotatesKeys: appRotatesKeys
    insightsConnection: monitoring.outputs.insightsConnection
    workspaceId: monitoring.outputs.workspaceId
  }
}

module alerts 'modules/alerts.bicep' = {
  params: {
    location: location
    suffix: suffix
    workspaceId: monitoring.outputs.workspaceId
    busId: bus.outputs.id
    emails: alertEmails
  }
}

output appName string = app.outputs.name
output hostName string = app.outputs.hostName
output storageName string = storage.outputs.name
output vaultUri string = vault.outputs.uri
