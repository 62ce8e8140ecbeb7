// The queues of doorbells. A message says only that there is work; the work itself is a row in the tables.

import { roles } from 'roles.bicep'

param location string
param suffix string

@description('Who rings and who answers: the back office\'s identity, by its resource and by its principal.')
param identityId string
param principalId string

param queues string[]
param workspaceId string

resource bus 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: 'cloudpos-bus-${suffix}'
  location: location
  sku: {
    name: 'Standard'
    tier: 'Standard'
  }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
  }
}

// No duplicate detection: a second ring for the same work would be swallowed. A message that expires or fails
// ten times is kept as a dead letter, which an alert counts; its work is rung for again by the sweep.
resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for name in queues: {
    parent: bus
    name: name
    properties: {
      requiresDuplicateDetection: false
      requiresSession: false
      deadLetteringOnMessageExpiration: true
      defaultMessageTimeToLive: 'P7D'
      maxDeliveryCount: 10
      lockDuration: 'PT5M'
      maxSizeInMegabytes: 1024
    }
  }
]

resource sends 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, i) in queues: {
    name: guid(queue[i].id, identityId, roles.serviceBusDataSender)
    scope: queue[i]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataSender)
      principalId: principalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource receives 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, i) in queues: {
    name: guid(queue[i].id, identityId, roles.serviceBusDataReceiver)
    scope: queue[i]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataReceiver)
      principalId: principalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: bus
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'OperationalLogs'
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

output id string = bus.id
output hostName string = parseUri(bus.properties.serviceBusEndpoint).host
