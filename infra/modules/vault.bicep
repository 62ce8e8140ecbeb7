// The vault of private keys: those that open sealed cards, the reference key, the root and the acknowledgement
// key. Their values are made by the back office and never pass through a template or a person.

import { roles } from 'roles.bicep'

param location string
param suffix string

@description('Who opens sealed cards: the back office\'s identity, by its resource and by its principal.')
param identityId string
param principalId string

@description('The back office makes and retires keys itself; otherwise it only reads what people put there.')
param appRotatesKeys bool

@description('How long a deleted key can be brought back, in days: 7 to 90.')
@minValue(7)
@maxValue(90)
param softDeleteDays int

@description('Refuse the deletion of the vault, whoever asks, until the lock is removed.')
param locked bool

param workspaceId string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: 'cloudpos-${suffix}'
  location: location
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
    softDeleteRetentionInDays: softDeleteDays
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: 'Enabled'
  }
}

resource reads 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identityId, roles.keyVaultSecretsUser)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsUser)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

resource rotates 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (appRotatesKeys) {
  name: guid(vault.id, identityId, roles.keyVaultSecretsOfficer)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsOfficer)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'AuditEvent'
        enabled: true
      }
    ]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (locked) {
  name: 'keys'
  scope: vault
  properties: {
    level: 'CanNotDelete'
    notes: 'Without these keys no deferred payment that is still sealed can be authorised.'
  }
}

output uri string = vault.properties.vaultUri
