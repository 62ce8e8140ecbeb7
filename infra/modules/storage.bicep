// The account that holds the back office's tables, the deployed package and the Functions host's own blobs.
// Tables are made by the back office at its first start.

import { roles } from 'roles.bicep'

param location string
param suffix string

@description('Whose state this is: the back office\'s identity, by its resource and by its principal.')
param identityId string
param principalId string

@description('How many copies and where: Standard_LRS, Standard_ZRS or Standard_GZRS.')
param redundancy string

@description('Refuse the deletion of the account, whoever asks, until the lock is removed.')
param locked bool

param workspaceId string

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: 'cloudpos${suffix}'
  location: location
  kind: 'StorageV2'
  sku: {
    name: redundancy
  }
  properties: {
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: 'Enabled'
  }

  resource tables 'tableServices' existing = {
    name: 'default'
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      deleteRetentionPolicy: {
        enabled: true
        days: 7
      }
    }

    resource packages 'containers' = {
      name: 'packages'
      properties: {
        publicAccess: 'None'
      }
    }
  }
}

resource keeps 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, identityId, roles.storageTableDataContributor)
  scope: account
  properties: {
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.storageTableDataContributor
    )
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

// The account, not the container: the Functions host makes containers of its own for locks and leases, and its
// documentation asks for this role. The account holds no other blobs.
resource hosts 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, identityId, roles.storageBlobDataOwner)
  scope: account
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataOwner)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

// Writes and deletions of rows and packages are evidence; reads are too many to keep.
resource tableLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account::tables
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'StorageDelete'
        enabled: true
      }
    ]
    metrics: [
      {
        category: 'Transaction'
        enabled: true
      }
    ]
  }
}

resource blobLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account::blobs
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'StorageWrite'
        enabled: true
      }
      {
        category: 'StorageDelete'
        enabled: true
      }
    ]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (locked) {
  name: 'state'
  scope: account
  properties: {
    level: 'CanNotDelete'
    notes: 'The tables hold every sale and payment, and there is no other copy.'
  }
}

output name string = account.name
output tableEndpoint string = account.properties.primaryEndpoints.table
output packagesUrl string = '${account.properties.primaryEndpoints.blob}${account::blobs::packages.name}'
