// For trying things out: cheapest copies, short memory, nothing locked.
using 'main.bicep'

param environmentName = 'dev'
param storageRedundancy = 'Standard_LRS'
param lockState = false
param appRotatesKeys = true
param keySoftDeleteDays = 7
param logRetentionDays = 30
param logDailyCapGb = 1
param alertEmails = []

param scale = {
  instanceMemoryMb: 512
  instancesMax: 40
  httpRequestsPerInstance: 32
  httpInstancesReady: 0
  feedPauseSeconds: 10
}

param outside = {
  acquirer: 'acquirer-test.cloudpos.example:8583'
  smtp: 'mail-test.cloudpos.example:587'
  mailFrom: 'receipts@test.cloudpos.example'
  authority: 'https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0'
  audience: '00000000-0000-0000-0000-000000000000'
  hostName: ''
  subnetId: ''
}
