// For merchants: state in several zones and a second region, locked; no cap on logs; warm instances for live cards.
// Replace the example addresses.
using 'main.bicep'

param environmentName = 'prod'
param storageRedundancy = 'Standard_GZRS'
param lockState = true
param appRotatesKeys = true
param keySoftDeleteDays = 90
param logRetentionDays = 90
param logDailyCapGb = -1
param alertEmails = ['operations@cloudpos.example']

param scale = {
  instanceMemoryMb: 2048
  instancesMax: 100
  httpRequestsPerInstance: 100
  httpInstancesReady: 2
  feedPauseSeconds: 120
}

param outside = {
  acquirer: 'acquirer.cloudpos.example:8583'
  smtp: 'mail.cloudpos.example:587'
  mailFrom: 'receipts@cloudpos.example'
  authority: 'https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0'
  audience: '00000000-0000-0000-0000-000000000000'
  hostName: 'pos.cloudpos.example'
  subnetId: ''
}
